"""A decorator that compresses a view's responses."""

from gingerdj.middleware.gzip import GZipMiddleware
from gingerdj.utils.decorators import decorator_from_middleware

#: Compress a view's responses as `GZipMiddleware` does.
gzip_page = decorator_from_middleware(GZipMiddleware)
