"""What a WSGI server runs."""

import os

from gingerdj.core.wsgi import get_wsgi_application

os.environ.setdefault("GINGER_SETTINGS_MODULE", "hello.settings")

application = get_wsgi_application()
