"""The entry of ASGI servers."""

import gingerdj
from gingerdj.core.handlers.asgi import ASGIHandler


def get_asgi_application() -> ASGIHandler:
    """Set GingerDJ up and return the application for ASGI servers (ASGI 3.0).

    Raises:
        ImproperlyConfigured: the settings are missing or wrong.
    """
    gingerdj.setup(set_prefix=False)
    return ASGIHandler()
