"""What is read of a package."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gingerdocs.reference import reading
from gingerdocs.reference.model import Entry, Reference, Text

STOCK = "gingerdj/shop/stock.py"


@pytest.fixture
def entries(reference: Reference) -> dict[str, Entry]:
    """Every entry by its path, members among them."""

    def walk(found: tuple[Entry, ...]) -> Iterator[Entry]:
        for entry in found:
            yield entry
            yield from walk(entry.members)

    return {
        entry.path: entry for module in reference.modules.values() for entry in walk(module.entries)
    }


def test_a_name_stands_once_at_its_shortest_path(reference: Reference) -> None:
    names = {name: [e.name for e in module.entries] for name, module in reference.modules.items()}
    assert names["gingerdj.shop"] == ["count", "Shelf", "LIMIT", "OrderedDict"]
    assert names["gingerdj.shop.stock"] == ["bare", "Base"]


def test_an_entry_knows_its_other_paths(entries: dict[str, Entry]) -> None:
    assert entries["gingerdj.shop.count"].also == ("gingerdj.shop.stock.count",)


def test_another_packages_name_is_shown_as_what_it_is(entries: dict[str, Entry]) -> None:
    assert entries["gingerdj.shop.OrderedDict"].value == "collections.OrderedDict"


@pytest.mark.parametrize(
    ("path", "kind", "parameters", "returns"),
    [
        ("Shelf", "class", ("width: float = 1.0", "*", "deep: bool = False"), ""),
        ("Shelf.new", "static method", ("*names: str",), "Shelf"),
        ("Shelf.empty", "coroutine method", (), "None"),
        ("Shelf.width", "property", None, ""),
        ("Shelf.things", "attribute", None, ""),
        ("count", "function", ("shelf", "default: object = ..."), "int"),
    ],
)
def test_signatures_are_shown_as_they_are_written(
    entries: dict[str, Entry],
    path: str,
    kind: str,
    parameters: tuple[str, ...] | None,
    returns: str,
) -> None:
    entry = entries[f"gingerdj.shop.{path}"]
    assert (entry.kind, entry.parameters, entry.returns) == (kind, parameters, returns)


def test_a_class_shows_what_an_inner_base_says_of_its_members(entries: dict[str, Entry]) -> None:
    members = [member.name for member in entries["gingerdj.shop.Shelf"].members]
    assert members == ["common", "empty", "new", "things", "width", "wood"]


@pytest.mark.parametrize(
    ("path", "text", "line", "value"),
    [
        ("LIMIT", "The most things on a shelf.", 13, "3"),
        ("Shelf.wood", "What it is made of.", 37, "'oak'"),
        ("Shelf.things", "The things on it.", 41, "[]"),
    ],
)
def test_the_comment_above_an_assignment_is_its_docstring(
    entries: dict[str, Entry], path: str, text: str, line: int, value: str
) -> None:
    entry = entries[f"gingerdj.shop.{path}"]
    assert entry.doc.path == STOCK
    assert (entry.doc.paragraphs, entry.value) == ((Text(text, line),), value)


def test_docstrings_that_lie_or_are_missing_are_named_with_their_lines(
    reference: Reference,
) -> None:
    assert reference.modules["gingerdj.shop"].problems == (
        (f"{STOCK}:68", "gingerdj.shop.count has no argument self"),
    )
    assert reference.modules["gingerdj.shop.stock"].problems == (
        (f"{STOCK}:18", "gingerdj.shop.stock.Base has no docstring; write one"),
        (f"{STOCK}:73", "gingerdj.shop.stock.bare has no docstring; write one"),
    )


def test_settings_have_groups_and_the_default_as_the_code_writes_it(reference: Reference) -> None:
    found = [(s.name, s.group, s.default, s.doc.paragraphs) for s in reference.settings]
    opening, prices = Text("Opening", 3), Text("Prices", 8)
    assert found == [
        ("OPEN", opening, "True", (Text("Whether the shop is open: `OPEN`.", 4),)),
        ("CLOSED", opening, "None", ()),
        ("PRICE", prices, "1000", (Text("In cents.", 9),)),
    ]


def test_a_setting_without_comment_and_an_id_without_message_are_named(
    reference: Reference,
) -> None:
    assert reference.problems == (
        (
            "gingerdj/conf/global_settings.py:6",
            "the setting CLOSED has no comment above it that begins with #:; write one",
        ),
        ("gingerdj/core/checks.py:20", "no call with a message is given the id shop.E002"),
    )


def test_commands_are_read_from_their_parsers(reference: Reference) -> None:
    common, sell = reference.commands
    assert [(o.usage, o.help) for o in common.options][1:] == [
        ("--quiet, -q", Text("Print nothing.", 14))
    ]
    assert (sell.name, sell.usage) == ("sell", "sell [thing]")
    assert sell.help == Text("Sell things while OPEN is True, see `opening_hours()`.", 7)
    assert [(o.usage, o.help) for o in sell.options] == [
        ("[thing]", Text("What to sell.", 10)),
        ("--price PRICE", Text("In cents.", 11)),
        ("--secret SECRET", Text("", 1)),
    ]


def test_findings_are_read_from_the_calls_that_make_them(reference: Reference) -> None:
    (finding,) = reference.findings
    assert finding.id == "shop.W001"
    assert finding.reports == (
        (
            Text("The door `door` is open, and `OPEN` is not.", 14),
            Text("Turn `'key'`.", 15),
        ),
        (Text("Nobody is there.", 18), None),
    )


def test_the_code_is_read_once_until_it_changes(checkout: Path, tmp_path: Path) -> None:
    checkout = shutil.copytree(checkout, tmp_path / "checkout", symlinks=True)
    assert "gingerdj.shop" in reading.load(checkout).modules
    (kept,) = (checkout / "build").glob("reference-*")
    first = kept.stat().st_mtime_ns
    reading.load.cache_clear()
    assert "gingerdj.shop" in reading.load(checkout).modules
    assert kept.stat().st_mtime_ns == first
    (checkout / "gingerdj" / "new.py").write_text('"""New."""\n', "utf-8")
    reading.load.cache_clear()
    assert "gingerdj.new" in reading.load(checkout).modules
    assert not kept.exists()
    (checkout / "gingerdj" / "new.py").write_text("import nothing_like_it\n\nA = 1\n", "utf-8")
    reading.load.cache_clear()
    (problem,) = reading.load(checkout).modules["gingerdj.new"].problems
    assert problem == ("gingerdj/new.py:1", "No module named 'nothing_like_it'")
    command = checkout / "gingerdj/core/management/commands/sell.py"
    command.write_text(f"import nothing_like_it\n{command.read_text('utf-8')}", "utf-8")
    reading.load.cache_clear()
    with pytest.raises(reading.ReadingError, match="nothing_like_it"):
        reading.load(checkout)


def test_what_other_code_has_kept_is_read_anew(checkout: Path, tmp_path: Path) -> None:
    checkout = shutil.copytree(checkout, tmp_path / "checkout", symlinks=True)
    (checkout / "build").mkdir(exist_ok=True)
    lost = b"cgingerdocs.reference.model\nLost\n."  # A class that this code does not have.
    other = checkout / "build" / "reference-0123.pickle"
    other.write_bytes(lost)
    assert "gingerdj.shop" in reading.load(checkout).modules
    assert not other.exists()
