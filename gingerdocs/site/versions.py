"""What the versions of the guide are called, and their order."""

import re

DEVELOPMENT = "dev"
"""The version that a checkout is; every other version is a release, named by its tag."""

_RELEASE = re.compile(r"v(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?")
_KINDS = ("a", "b", "rc", None)


def is_version(name: str) -> bool:
    """Return whether a version may be called ``name``, which is a folder of the site."""
    return name == DEVELOPMENT or _RELEASE.fullmatch(name) is not None


def is_final(name: str) -> bool:
    """Return whether ``name`` is a release that is neither alpha nor beta nor candidate."""
    release = _RELEASE.fullmatch(name)
    return release is not None and release[2] is None


def version_key(name: str) -> tuple[float, ...]:
    """Return the key that sorts versions, older before newer and development last.

    Alphas, betas and candidates come before their release, as PEP 440 has it.

    Raises:
        ValueError: no version is called that.
    """
    if name == DEVELOPMENT:
        return (float("inf"),)
    release = _RELEASE.fullmatch(name)
    if release is None:
        raise ValueError(f"{name!r} is no version: write {DEVELOPMENT}, or a tag like v1.0")
    numbers = [int(part) for part in release[1].split(".")]
    padded = numbers + [0] * (4 - len(numbers))
    return (*padded, _KINDS.index(release[2]), int(release[3] or 0))
