"""Files, on disk or in memory, and uploads."""

from gingerdj.core.files.base import File

__all__ = ["File"]
