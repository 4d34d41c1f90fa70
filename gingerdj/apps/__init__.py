"""The project's applications."""

from typing import TYPE_CHECKING

from gingerdj.apps.registry import apps
from gingerdj.utils.lazy import lazy_names

if TYPE_CHECKING:
    from gingerdj.apps.config import AppConfig
else:
    __getattr__, __dir__ = lazy_names(__name__, {"gingerdj.apps.config": ("AppConfig",)})

__all__ = ["AppConfig", "apps"]
