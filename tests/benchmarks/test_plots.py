"""Plots are well-formed SVG, and put each figure where it belongs."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from benchmarks import plots
from benchmarks.report import number
from benchmarks.results import NAMES, Figure, Series

SVG = "{http://www.w3.org/2000/svg}"


def marks(plot: str) -> dict[str, tuple[float, float]]:
    """Return where the marks are, by what they say when they are pointed at."""
    return {
        title.text or "": (float(mark.attrib["x"].rstrip("%")), float(mark.attrib["y"]))
        for mark in ET.fromstring(plot).iter(f"{SVG}svg")
        if (title := mark.find(f"{SVG}title")) is not None
    }


def test_a_ratio_is_placed_by_its_logarithm() -> None:
    rows = [("one & all", {"bare": 1.0, "gingerdj": 10.0}), ("other", {"django": 100})]
    plot = plots.ratios(rows, NAMES, 'what "it" is', number)
    seen = marks(plot)
    (bare, first), (ours, same) = seen["bare: 1×"], seen["GingerDJ: 10.0×"]
    django, second = seen["Django: 100×"]
    assert django - ours == ours - bare > 10
    assert second > first == same
    root = ET.fromstring(plot)
    assert root.attrib["aria-label"] == 'what "it" is'
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[:3] == ["bare", "GingerDJ", "Django"]
    assert {"one & all", "other", "1×", "10.0×", "100×"} <= set(texts)


def test_growth_is_placed_by_both_logarithms() -> None:
    points = {
        "bare": {10: Figure(1.0, 1.0), 100: Figure(10.0, 10.0), 1000: Figure(100.0, 100.0)},
        "stage <two>": {10: Figure(10.0, 10.0), 100: Figure(10.0, 10.0)},
    }
    names = {"bare": "bare", "stage <two>": "stage <two>"}
    plot = plots.growth(Series("n", "n", "µs", points), names, "n", number)
    seen = marks(plot)
    places = [seen[f"bare, {n}: {c} µs"] for n, c in (("10.0", 1), ("100", "10.0"), ("1,000", 100))]
    assert places[2][0] - places[1][0] == places[1][0] - places[0][0] > 10
    assert places[1][1] - places[2][1] == places[0][1] - places[1][1] > 10
    assert seen["stage <two>, 100: 10.0 µs"] == places[1]
    lines = ET.fromstring(plot).iter(f"{SVG}line")
    assert sum("stroke-width" in line.attrib["style"] for line in lines) == 3


def test_numbers_below_an_axis_keep_their_distance() -> None:
    points = {"bare": {n: Figure(1.0, 1.0) for n in (1, 1000, 1024)}}
    plot = plots.growth(Series("n", "n", "µs", points), NAMES, "n", number)
    texts = [text.text for text in ET.fromstring(plot).iter(f"{SVG}text")]
    assert "1,024" in texts
    assert "1,000" not in texts


def test_what_is_no_peer_has_a_mark_of_its_own() -> None:
    points = {name: {1: Figure(1.0, 1.0), 2: Figure(2.0, 2.0)} for name in ("a", "b")}
    plot = plots.growth(Series("n", "n", "ms", points), {"a": "A", "b": "B"}, "n", number)
    assert len(set(re.findall(r"<path d=\"([^\"]+)\"", plot))) == 2


def test_names_too_long_for_a_column_of_the_legend_have_a_line_each() -> None:
    looks = {"bare": "bare", "falcon": "falcon", "django": "django"}
    short = plots.legend(looks, {"bare": "bare", "falcon": "Falcon", "django": "Django"})
    long = plots.legend(
        looks, {"bare": "bare", "falcon": "pages built", "django": "nothing changed"}
    )
    wide = plots.legend(looks, {"bare": "纯 ASGI", "falcon": "构建的页面", "django": "无变化"})
    assert (long[1], wide[1]) == (short[1] + 2 * plots.LEGEND_LINE,) * 2
    assert all('x="0.00%"' in part for part in long[0])
