"""The ASGI applications of the project."""

import os

from gingerdj.core.asgi import get_asgi_application
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.test.utils import override_settings

os.environ.setdefault("GINGER_SETTINGS_MODULE", "gingerdj.test.conformance.project.settings")

_LIFESPAN = "gingerdj.test.conformance.project.lifespan"

#: The application that servers import.
application = get_asgi_application()


def make() -> ASGIHandler:
    """Return an application."""
    return get_asgi_application()


def failing() -> ASGIHandler:
    """Return one whose start-up fails."""
    with override_settings(LIFESPAN=[f"{_LIFESPAN}.fail"]):
        return get_asgi_application()


def hanging() -> ASGIHandler:
    """Return one whose start-up would never end."""
    with override_settings(LIFESPAN=[f"{_LIFESPAN}.hang"]):
        return get_asgi_application()
