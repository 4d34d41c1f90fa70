"""What an ASGI server runs."""

import os

from gingerdj.core.asgi import get_asgi_application

os.environ.setdefault("GINGER_SETTINGS_MODULE", "hello.settings")

application = get_asgi_application()
