"""Says which file is not in UTF-8, and where."""

from pathlib import Path

from gingerdocs.sample import Problem


def misread(path: Path, root: Path) -> Problem | None:
    """Return what is wrong with the encoding of a file, if anything is.

    Args:
        path: the file.
        root: the checkout, from which a problem names the file.
    """
    content = path.read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        message = f"is not UTF-8 (byte 0x{byte:02x}); save it as UTF-8"
        return Problem(path.relative_to(root).as_posix(), line, message)
    return None
