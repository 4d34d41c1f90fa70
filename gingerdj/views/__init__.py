"""Views."""

from gingerdj.views.generic.base import View

__all__ = ["View"]
