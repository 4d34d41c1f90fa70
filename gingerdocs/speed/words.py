"""How figures, units and names of a run read in the language of a build."""

import datetime as dt
import functools

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from sphinx.locale import _

from benchmarks.aims import Verdict
from benchmarks.results import LIMIT, NAMES, Figure

ABSENT = "–"


_parsed = functools.cache(Locale.parse)  # Babel would look for the locale's file at each number.


def number(value: float, locale: str) -> str:
    """Return a number with three digits that count."""
    short = round(value) if abs(value) >= 100 else float(f"{value:.3g}")
    return str(format_decimal(short, "#,##0.######", _parsed(locale)))


def times(value: float, locale: str) -> str:
    """Return a ratio."""
    return f"{number(value, locale)}×"


def day(iso: str, locale: str) -> str:
    """Return a date."""
    return str(format_date(dt.date.fromisoformat(iso), "long", locale))


def figure(one: Figure | None, locale: str) -> str:
    """Return the best of a figure, and in brackets its median."""
    if one is None:
        return ABSENT
    return f"{number(one.best, locale)} ({number(one.median, locale)})"


def unit(name: str) -> str:
    """Return what a unit is called."""
    return {"bytes": "B", "requests/s": _("requests/s")}.get(name, name)


def names() -> dict[str, str]:
    """Return what the peers are called, and what else a series compares."""
    stages = {
        "samples taken": _("samples taken"),
        "proofs looked up, pages built": _("proofs looked up, pages built"),
        "nothing changed": _("nothing changed"),
        "stock Sphinx": _("stock Sphinx"),
        "pages checked": _("pages checked"),
        "samples run": _("samples run"),
    }
    return {**NAMES, **stages, LIMIT: _("bare")}


def aim(verdict: Verdict, labels: dict[str, str]) -> str:
    """Return what an aim compares; `labels` are what the page calls the workloads."""
    peer = names()[verdict.peer]
    if verdict.ahead:
        return _("times ahead of %s") % peer
    if verdict.other is verdict.row:
        return _("times the figure of %s") % peer
    other = labels[verdict.other.name]
    return _("times the figure of %(peer)s, %(workload)s") % {"peer": peer, "workload": other}


def wanted(verdict: Verdict, locale: str) -> str:
    """Return the ratio that an aim wants."""
    least = _("at least %s") if verdict.at_least else _("at most %s")
    return least % number(verdict.wanted, locale)


def outcome(verdict: Verdict) -> str:
    """Return whether an aim is met."""
    return _("Met") if verdict.met else _("Missed")


def reservation(name: str) -> str:
    """Return what there is to say against the machine of a run."""
    return {
        "busy": _("Other programs were at work on this machine when the run began."),
        "cores": _("What loads the servers shared one core with them."),
    }[name]
