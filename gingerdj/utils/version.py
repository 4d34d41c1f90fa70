"""Version tuples as PEP 440 strings."""

from __future__ import annotations

VersionTuple = tuple[int, int, int, str, int]

#: The version of GingerDJ: three numbers, the stage, and its number.
VERSION: VersionTuple = (1, 0, 0, "alpha", 0)

_STAGES = {"alpha": "a", "beta": "b", "rc": "rc"}


def get_version(version: VersionTuple | None = None) -> str:
    """Return a version tuple as a PEP 440 string.

    Args:
        version: major, minor, micro, stage (`alpha`, `beta`, `rc` or `final`) and the stage's
            number; GingerDJ's own version by default.

    Returns:
        For example `1.0.dev0`, `1.0rc1` or `1.2.3`.

    Raises:
        ValueError: the stage is none of the four.
    """
    major, minor, micro, stage, number = version or VERSION
    release = f"{major}.{minor}" + (f".{micro}" if micro else "")
    if stage == "final":
        return release
    if stage not in _STAGES:
        raise ValueError(f"{stage!r} is no release stage: use alpha, beta, rc or final.")
    if stage == "alpha" and number == 0:
        return f"{release}.dev0"
    return f"{release}{_STAGES[stage]}{number}"
