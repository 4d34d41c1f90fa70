"""Views as classes."""

from gingerdj.views.generic.base import RedirectView, View

__all__ = ["RedirectView", "View"]
