"""What resolving and reversing raise."""

from gingerdj.http.exceptions import Http404


class Resolver404(Http404):
    """No pattern matches the path.

    Its argument is a dictionary: `path`, what was left to match, and `tried`, the patterns.
    """


class NoReverseMatch(Exception):
    """No pattern of this name takes these arguments."""
