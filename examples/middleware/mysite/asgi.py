"""What an ASGI server runs: the project, wrapped in a middleware."""

import os

from gingerdj.core.asgi import get_asgi_application

from mysite.middleware import NoIndex

os.environ.setdefault("GINGER_SETTINGS_MODULE", "mysite.settings")

application = NoIndex(get_asgi_application())
