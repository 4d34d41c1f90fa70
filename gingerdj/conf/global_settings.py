"""The defaults of every setting that some part of GingerDJ reads."""

from __future__ import annotations

from os import PathLike
from re import Pattern
from typing import Any

# Core
#: Whether the project is being developed: error pages show the code and the settings. Never True in
#: production.
DEBUG = False
#: Whether exceptions reach the server instead of being answered with status 500.
DEBUG_PROPAGATE_EXCEPTIONS = False
#: The dotted path of the class that reports exceptions on error pages.
DEFAULT_EXCEPTION_REPORTER = "gingerdj.views.debug.ExceptionReporter"
#: The dotted path of the class that hides secrets in such reports.
DEFAULT_EXCEPTION_REPORTER_FILTER = "gingerdj.views.debug.SafeExceptionReporterFilter"
#: What signatures are made with: a long random text that nobody else knows. It must be set.
SECRET_KEY = ""
#: Earlier secret keys, whose signatures still count.
SECRET_KEY_FALLBACKS: list[str] = []
#: The hosts that the site answers to; `.example.com` stands for a domain with its subdomains, and
#: `*` for any host. Empty, it allows this machine's own names while `DEBUG` is True, and none
#: otherwise.
ALLOWED_HOSTS: list[str] = []
#: The dotted paths of the project's apps, or of their configurations.
INSTALLED_APPS: list[str] = []
#: The dotted paths of the middleware that every request goes through, the outermost first.
MIDDLEWARE: list[str] = []
#: The dotted path of the URL configuration.
ROOT_URLCONF: str | None = None
#: The dotted path of the application that `runserver` serves; the project's own handler by default.
WSGI_APPLICATION: str | None = None
#: The dotted path of the application that `runserver --asgi` serves; `application` in the module
#: `asgi` beside the settings by default.
ASGI_APPLICATION: str | None = None
#: The charset of responses that name none.
DEFAULT_CHARSET = "utf-8"

# Databases
#: The databases by alias, each a dictionary of settings; SQLite, unless `ENGINE` names another.
DATABASES: dict[str, dict[str, Any]] = {}
#: What chooses between databases: dotted paths of classes, or objects.
DATABASE_ROUTERS: list[Any] = []

# Time
#: The time zone of the project, by its name in the tz database.
TIME_ZONE = "UTC"
#: Whether `gingerdj.utils.timezone.now()` knows its zone.
USE_TZ = True

# Tests
#: The class that the command `test` runs the tests with.
TEST_RUNNER = "gingerdj.test.runner.DiscoverRunner"

# System checks
#: The ids of findings that are not reported.
SILENCED_SYSTEM_CHECKS: list[str] = []

# URLs
#: Whether `CommonMiddleware` redirects a path that leads nowhere, but would with a slash at its
#: end.
APPEND_SLASH = True
#: Whether `CommonMiddleware` redirects to the host with `www.` before it.
PREPEND_WWW = False
#: The path at which the site is mounted, instead of what the server says.
FORCE_SCRIPT_NAME: str | None = None

# Logging
#: The dotted path of the function that is given `LOGGING`; None leaves logging alone.
LOGGING_CONFIG: str | None = "logging.config.dictConfig"
#: The configuration of logging, added to the default one.
LOGGING: dict[str, Any] = {}

# Static and uploaded files
#: Where browsers find static files, such as `static/`.
STATIC_URL: str | None = None
#: The folder that `collectstatic` fills.
STATIC_ROOT: Any = None
#: Folders with static files, or pairs of a prefix and a folder.
STATICFILES_DIRS: list[Any] = []
#: The dotted paths of the classes that find static files, the first one first.
STATICFILES_FINDERS: list[str] = [
    "gingerdj.contrib.staticfiles.finders.FileSystemFinder",
    "gingerdj.contrib.staticfiles.finders.AppDirectoriesFinder",
]
#: Where browsers find uploaded files.
MEDIA_URL = ""
#: The folder of uploaded files.
MEDIA_ROOT: Any = ""

# Requests
#: The most bytes of a body, files left out, that are read into memory: 2.5 MiB. None lifts the
#: limit.
DATA_UPLOAD_MAX_MEMORY_SIZE: int | None = 2_621_440
#: The most fields of a form or a query string. None lifts the limit.
DATA_UPLOAD_MAX_NUMBER_FIELDS: int | None = 1000
#: The most files of a form. None lifts the limit.
DATA_UPLOAD_MAX_NUMBER_FILES: int | None = 100
#: The dotted paths of the handlers that uploaded files go through, in order.
FILE_UPLOAD_HANDLERS: list[str] = [
    "gingerdj.core.files.uploadhandler.MemoryFileUploadHandler",
    "gingerdj.core.files.uploadhandler.TemporaryFileUploadHandler",
]
#: The most bytes of a request whose files are held in memory: 2.5 MiB.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
#: The folder of the other files; the system's own by default.
FILE_UPLOAD_TEMP_DIR: str | PathLike[str] | None = None
#: Compiled regular expressions: `CommonMiddleware` refuses clients whose User-Agent one of them
#: finds.
DISALLOWED_USER_AGENTS: list[Pattern[str]] = []
#: Whether the host is taken from X-Forwarded-Host, which a proxy must set or remove.
USE_X_FORWARDED_HOST = False
#: Whether the port is taken from X-Forwarded-Port, which a proxy must set or remove.
USE_X_FORWARDED_PORT = False

# Proxies
#: The proxies whose word counts: addresses, networks such as `10.0.0.0/8`, and `unix` for peers
#: at unix sockets.
TRUSTED_PROXIES: list[str] = []
#: The headers that they set; those that they leave alone could come from the client.
TRUSTED_PROXY_HEADERS: list[str] = ["X-Forwarded-For", "X-Forwarded-Proto"]
#: How many proxies there are; None for as many as `TRUSTED_PROXIES` names.
TRUSTED_PROXY_HOPS: int | None = None

# Time limits under ASGI
#: Seconds that a client may take over each piece of its request's body; it is answered 408 then.
REQUEST_BODY_TIMEOUT: float | None = 60
#: Seconds that a view may take over its response, before the client is answered 503.
RESPONSE_TIMEOUT: float | None = None
#: Seconds that a client may take to accept each piece of the response.
SEND_TIMEOUT: float | None = 60

# Threads for synchronous views under ASGI
#: Threads, and so requests in synchronous code at once.
THREAD_POOL_SIZE = 40
#: Requests that may wait for a thread; further ones are answered 503.
THREAD_POOL_QUEUE = 1000

# Start and end of a process under ASGI
#: The dotted paths of callables that return context managers, which are held while requests are
#: served.
LIFESPAN: list[str] = []
#: The most seconds that entering all of them may take. None lifts the limit.
LIFESPAN_STARTUP_TIMEOUT: float | None = 30
#: The seconds for which SIGTERM is kept from the server while `/readyz` answers 503, so that load
#: balancers can notice. Hypercorn's worker processes never hear it.
DRAIN_DELAY: float = 0

# Health
#: The dotted paths of functions that return False, or raise, for `/readyz` to answer 503.
READINESS_CHECKS: list[str] = []
#: Seconds that these functions may take, all together; those that take longer count as failed.
READINESS_TIMEOUT: float | None = 5

# WebSockets
#: Other sites whose pages may connect; `*` is any.
WEBSOCKET_TRUSTED_ORIGINS: list[str] = []
#: Bytes of a client's message: 1 MiB.
WEBSOCKET_MAX_MESSAGE_SIZE: int | None = 1_048_576
#: Seconds of a client's silence before it is closed.
WEBSOCKET_IDLE_TIMEOUT: float | None = None
#: Seconds for a consumer whose connection has ended.
WEBSOCKET_CLOSE_TIMEOUT: float = 3

# Caches
#: How long, in seconds, caches may keep a response that says no time of its own.
CACHE_MIDDLEWARE_SECONDS = 600

# Signatures
#: The dotted path of the class that signs cookies.
SIGNING_BACKEND = "gingerdj.core.signing.TimestampSigner"

# Requests of other sites
#: How long, in seconds, clients keep the cookie: 52 weeks. None ends it with the browser.
CSRF_COOKIE_AGE: int | None = 31_449_600
#: The domain that the cookie is sent to, with all beneath; the host that set it by default.
CSRF_COOKIE_DOMAIN: str | None = None
#: Whether the cookie is kept from the page's scripts.
CSRF_COOKIE_HTTPONLY = False
#: The name of the cookie.
CSRF_COOKIE_NAME = "csrftoken"
#: The path that the cookie is sent to, with all beneath.
CSRF_COOKIE_PATH = "/"
#: The attribute SameSite of the cookie: `Lax`, `Strict`, `None`, or False for none.
CSRF_COOKIE_SAMESITE: str | bool | None = "Lax"
#: Whether the cookie is sent by HTTPS alone.
CSRF_COOKIE_SECURE = False
#: The dotted path of the view that answers refused requests.
CSRF_FAILURE_VIEW = "gingerdj.views.csrf.csrf_failure"
#: The header that may carry the token, as `request.META` calls it.
CSRF_HEADER_NAME = "HTTP_X_CSRFTOKEN"
#: Other origins whose requests are accepted, such as `https://*.example.com`.
CSRF_TRUSTED_ORIGINS: list[str] = []
#: Whether the secret is in the session, not in a cookie of its own.
CSRF_USE_SESSIONS = False

# Security
#: Whether browsers are kept from guessing the types of files (X-Content-Type-Options).
SECURE_CONTENT_TYPE_NOSNIFF = True
#: The header Cross-Origin-Opener-Policy; None leaves it out.
SECURE_CROSS_ORIGIN_OPENER_POLICY: str | None = "same-origin"
#: Whether HTTPS is also required for the subdomains.
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
#: Whether the site may be entered in browsers' preload lists.
SECURE_HSTS_PRELOAD = False
#: How long, in seconds, browsers shall use HTTPS alone (Strict-Transport-Security); 0 leaves the
#: header out.
SECURE_HSTS_SECONDS = 0
#: A header, as `request.META` calls it, and its value with which a proxy says that a request came
#: by HTTPS. The proxy must remove it from clients' requests.
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = None
#: Regular expressions of paths, without their first slash, that are not redirected to HTTPS.
SECURE_REDIRECT_EXEMPT: list[str] = []
#: The header Referrer-Policy, as a text or a list; None leaves it out.
SECURE_REFERRER_POLICY: str | list[str] | None = "same-origin"
#: The host that requests are redirected to for HTTPS; their own by default.
SECURE_SSL_HOST: str | None = None
#: Whether requests are redirected to HTTPS.
SECURE_SSL_REDIRECT = False
#: The header X-Frame-Options, which says who may show a page in a frame: `DENY` or `SAMEORIGIN`.
X_FRAME_OPTIONS = "DENY"
