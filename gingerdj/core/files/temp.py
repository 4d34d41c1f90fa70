"""Temporary files, which are gone once they are closed."""

from tempfile import NamedTemporaryFile, gettempdir

__all__ = ["NamedTemporaryFile", "gettempdir"]
