"""Mappings without regard to case, as headers are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

_T = TypeVar("_T")


class CaseInsensitiveMapping(Mapping[str, _T]):
    """A mapping that finds its keys whatever their case, and keeps the case they came in."""

    _store: dict[str, tuple[str, _T]]

    def __init__(self, data: Mapping[str, _T] | Iterable[tuple[str, _T]]) -> None:
        self._store = {key.lower(): (key, value) for key, value in self._pairs(data)}

    @staticmethod
    def _pairs(data: Mapping[str, _T] | Iterable[tuple[str, _T]]) -> Iterator[tuple[str, _T]]:
        if isinstance(data, Mapping):
            yield from data.items()
            return
        for position, pair in enumerate(data):
            if len(pair) != 2:
                raise ValueError(
                    f"dictionary update sequence element #{position} has length {len(pair)}; 2 is "
                    f"required."
                )
            if not isinstance(pair[0], str):
                raise ValueError(f"Element key {pair[0]!r} invalid, only strings are allowed")
            yield pair

    def __getitem__(self, key: str) -> _T:
        return self._store[key.lower()][1]

    def __len__(self) -> int:
        return len(self._store)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._store.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return {key.lower(): value for key, value in self.items()} == {
            key.lower(): value for key, value in other.items()
        }

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(dict(self._store.values()))

    def copy(self) -> CaseInsensitiveMapping[_T]:
        return self
