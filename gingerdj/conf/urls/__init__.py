"""What URL configurations import from here: `include`, and the views of errors by default."""

from __future__ import annotations

from gingerdj.urls import include as include
from gingerdj.views import defaults

handler400 = defaults.bad_request
handler403 = defaults.permission_denied
handler404 = defaults.page_not_found
handler500 = defaults.server_error
