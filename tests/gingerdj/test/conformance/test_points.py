"""The table of points that ends a run of the suite."""

from __future__ import annotations

from gingerdj.test.conformance.points import table


def test_a_point_is_as_good_as_the_worst_of_its_tests() -> None:
    *lines, total = table(
        [
            (9, "passed"),
            (9, "passed"),
            (2, "passed"),
            (2, "failed"),
            (32, "skipped"),
            (27, "skipped"),
            (27, "passed"),
        ]
    )
    assert [(int(line[:2]), line.rpartition("  ")[2]) for line in lines] == [
        (2, "failed (1 of 2 tests)"),
        (9, "passed"),
        (27, "passed (1 of 2 tests)"),
        (32, "skipped"),
    ]
    assert total == "4 points: 2 passed, 1 failed, 1 skipped"
