"""The project's applications."""

from gingerdj.apps.config import AppConfig
from gingerdj.apps.registry import apps

__all__ = ["AppConfig", "apps"]
