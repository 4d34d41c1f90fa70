"""Views as classes."""

from gingerdj.utils.lazy import absent_names
from gingerdj.views.generic.base import RedirectView, View

__getattr__ = absent_names(__name__)

__all__ = ["RedirectView", "View"]
