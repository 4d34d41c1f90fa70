"""The entry of WSGI servers."""

import gingerdj
from gingerdj.core.handlers.wsgi import WSGIHandler


def get_wsgi_application() -> WSGIHandler:
    """Set GingerDJ up and return the application for WSGI servers (PEP 3333).

    Raises:
        ImproperlyConfigured: the settings are missing or wrong.
    """
    gingerdj.setup(set_prefix=False)
    return WSGIHandler()
