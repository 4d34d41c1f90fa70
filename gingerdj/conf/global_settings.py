"""The defaults of every setting that some part of GingerDJ reads."""

from __future__ import annotations

from typing import Any

# Core
DEBUG = False
DEBUG_PROPAGATE_EXCEPTIONS = False  # Let exceptions reach the server instead of answering 500.
SECRET_KEY = ""
SECRET_KEY_FALLBACKS: list[str] = []  # Keys whose signatures still count.
ALLOWED_HOSTS: list[str] = []
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF: str | None = None
WSGI_APPLICATION: str | None = None
DEFAULT_CHARSET = "utf-8"

# Time
TIME_ZONE = "UTC"
USE_TZ = True  # Whether gingerdj.utils.timezone.now() knows its zone.

# System checks
SILENCED_SYSTEM_CHECKS: list[str] = []  # Identifiers of findings not to be reported.

# URLs
APPEND_SLASH = True
PREPEND_WWW = False
FORCE_SCRIPT_NAME: str | None = None

# Logging
LOGGING_CONFIG: str | None = "logging.config.dictConfig"
LOGGING: dict[str, Any] = {}

# Static and uploaded files
STATIC_URL: str | None = None  # Where browsers find static files, such as "static/".
STATIC_ROOT: Any = None  # The folder that collectstatic fills.
STATICFILES_DIRS: list[Any] = []  # Folders with static files, or pairs of prefix and folder.
STATICFILES_FINDERS = [
    "gingerdj.contrib.staticfiles.finders.FileSystemFinder",
    "gingerdj.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = ""  # Where browsers find uploaded files.
MEDIA_ROOT: Any = ""  # The folder of uploaded files.

# Requests
DATA_UPLOAD_MAX_MEMORY_SIZE: int | None = 2_621_440  # Bytes of body held in memory: 2.5 MiB.
DATA_UPLOAD_MAX_NUMBER_FIELDS: int | None = 1000
DATA_UPLOAD_MAX_NUMBER_FILES: int | None = 100
FILE_UPLOAD_HANDLERS = [
    "gingerdj.core.files.uploadhandler.MemoryFileUploadHandler",
    "gingerdj.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # Bytes of request whose files are held in memory: 2.5 MiB.
FILE_UPLOAD_TEMP_DIR: str | None = None  # The folder of the others; the system's own by default.
DISALLOWED_USER_AGENTS: list[Any] = []  # Compiled regular expressions.
USE_X_FORWARDED_HOST = False
USE_X_FORWARDED_PORT = False

# Threads for synchronous views under ASGI
THREAD_POOL_SIZE = 40  # Threads, and so requests in synchronous code at once.
THREAD_POOL_QUEUE = 1000  # Requests that may wait for a thread; further ones are answered 503.

# Start and end of a process under ASGI
LIFESPAN: list[str] = []  # Callables that return context managers, held while requests are served.
LIFESPAN_STARTUP_TIMEOUT: float | None = 30  # Seconds for entering all of them.
DRAIN_DELAY: float = 0  # Seconds between SIGTERM and the server's own end, for load balancers.

# Health
READINESS_CHECKS: list[str] = []  # Functions that return False, or raise, while /readyz is 503.

# WebSockets
WEBSOCKET_TRUSTED_ORIGINS: list[str] = []  # Other sites whose pages may connect; "*" is any.
WEBSOCKET_MAX_MESSAGE_SIZE: int | None = 1_048_576  # Bytes of a client's message: 1 MiB.
WEBSOCKET_IDLE_TIMEOUT: float | None = None  # Seconds of a client's silence before it is closed.
WEBSOCKET_CLOSE_TIMEOUT: float = 3  # Seconds for a consumer whose connection has ended.

# Caches
CACHE_MIDDLEWARE_SECONDS = 600  # How long caches may keep what says no time of its own.

# Signatures
SIGNING_BACKEND = "gingerdj.core.signing.TimestampSigner"  # Signs cookies.

# Requests of other sites
CSRF_COOKIE_AGE: int | None = 31_449_600  # Seconds: 52 weeks; None ends with the browser.
CSRF_COOKIE_DOMAIN: str | None = None
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_NAME = "csrftoken"
CSRF_COOKIE_PATH = "/"
CSRF_COOKIE_SAMESITE: str | None = "Lax"
CSRF_COOKIE_SECURE = False
CSRF_FAILURE_VIEW = "gingerdj.views.csrf.csrf_failure"
CSRF_HEADER_NAME = "HTTP_X_CSRFTOKEN"
CSRF_TRUSTED_ORIGINS: list[str] = []
CSRF_USE_SESSIONS = False  # Whether the secret is in the session, not in a cookie of its own.

# Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY: str | None = "same-origin"
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False
SECURE_HSTS_SECONDS = 0
SECURE_PROXY_SSL_HEADER: tuple[str, str] | None = None
SECURE_REDIRECT_EXEMPT: list[str] = []
SECURE_REFERRER_POLICY: str | list[str] | None = "same-origin"
SECURE_SSL_HOST: str | None = None
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
