"""An HTTP and ASGI core with Django's public interface."""

import sys
from typing import TYPE_CHECKING

from gingerdj.utils.lazy import AbsentFinder, lazy_names

if TYPE_CHECKING:
    from gingerdj.utils.version import VERSION, get_version
else:
    __getattr__, __dir__ = lazy_names(
        __name__, {"gingerdj.utils.version": ("VERSION", "get_version")}
    )

#: The version of the distribution, as PEP 440 writes it.
__version__ = "1.0.dev0"

__all__ = ["VERSION", "__version__", "get_version", "setup"]

sys.meta_path.append(AbsentFinder)


def setup(set_prefix: bool = True) -> None:
    """Load the settings, set up logging from them, and load the applications.

    Args:
        set_prefix: whether `FORCE_SCRIPT_NAME`, or else `/`, becomes the prefix of reversed URLs.

    Raises:
        ImproperlyConfigured: the settings are missing or wrong.
        ImportError: an entry of `INSTALLED_APPS` leads nowhere.
    """
    # Imported here so that `import gingerdj` alone stays free of settings and logging.
    from gingerdj.apps.registry import apps
    from gingerdj.conf import settings
    from gingerdj.urls.context import set_script_prefix
    from gingerdj.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    if set_prefix:
        set_script_prefix(settings.FORCE_SCRIPT_NAME or "/")
    apps.populate(settings.INSTALLED_APPS)
