"""Media types and the clients' wishes for them."""

from __future__ import annotations

from gingerdj.utils.functional import cached_property
from gingerdj.utils.parameters import parse_header_parameters


class MediaType:
    """A media type or range, such as `text/html; q=0.8` (RFC 9110, 12.5.1).

    Args:
        media_type_raw_line: the text.
    """

    def __init__(self, media_type_raw_line: str | MediaType) -> None:
        full_type, self.params = parse_header_parameters(str(media_type_raw_line))
        self.main_type, _, self.sub_type = full_type.partition("/")

    def __str__(self) -> str:
        parameters = "".join(f"; {name}={value}" for name, value in self.params.items())
        sub_type = f"/{self.sub_type}" if self.sub_type else ""
        return f"{self.main_type}{sub_type}{parameters}"

    def __repr__(self) -> str:
        return f"<MediaType: {self}>"

    @cached_property
    def quality(self) -> float:
        """How much the client wants it, from 0 to 1; what is not such a number counts as 1."""
        try:
            quality = float(self.params.get("q", 1))
        except ValueError:
            return 1.0
        return quality if 0 <= quality <= 1 else 1.0

    @property
    def range_params(self) -> dict[str, str]:
        """The parameters without the quality."""
        return {name: value for name, value in self.params.items() if name != "q"}

    @property
    def specificity(self) -> int:
        """0 for `*/*`, 1 for `type/*`, 2 for a type, 3 for one with parameters."""
        if self.main_type == "*":
            return 0
        if self.sub_type == "*":
            return 1
        return 3 if self.range_params else 2

    def match(self, other: str | MediaType) -> bool:
        """Return whether this media type lies in a range; an asterisk may stand on either side."""
        if not other:
            return False
        if not isinstance(other, MediaType):
            other = MediaType(other)
        return (
            _match(self.main_type, other.main_type)
            and _match(self.sub_type, other.sub_type)
            and (not other.range_params or self.range_params == other.range_params)
        )


def _match(one: str, other: str) -> bool:
    return bool(one and other) and ("*" in (one, other) or one == other)


def media_ranges(accept: str) -> list[MediaType]:
    """Return the media ranges of an Accept header (RFC 9110, 12.5.1), refused ones included."""
    return [MediaType(part) for part in accept.split(",") if part.strip()]
