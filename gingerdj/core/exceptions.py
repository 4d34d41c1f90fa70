"""The exceptions that any part of GingerDJ may raise."""


class ImproperlyConfigured(Exception):
    """A setting, an environment variable or a dotted path is missing or wrong."""


class AppRegistryNotReady(Exception):
    """An application was asked for before `gingerdj.setup()` had run."""


class MiddlewareNotUsed(Exception):
    """Raised by a middleware's factory to be left out of the chain."""


class SynchronousOnlyOperation(Exception):
    """Blocking code was called from a thread whose event loop is running."""


class ViewDoesNotExist(Exception):
    """The dotted path of a view leads nowhere."""


class PermissionDenied(Exception):
    """The client may not do this; answered with status 403."""


class BadRequest(Exception):
    """The request cannot be understood; answered with status 400."""


class SuspiciousOperation(Exception):
    """The client did something that looks like an attack; answered with status 400."""


class SuspiciousFileOperation(SuspiciousOperation):
    """A path leads out of the folder that it must stay in."""


class DisallowedHost(SuspiciousOperation):
    """The request's host is not listed in `ALLOWED_HOSTS`."""


class DisallowedRedirect(SuspiciousOperation):
    """A redirect leads to a scheme that is not allowed, or to an address too long."""


class RequestDataTooBig(SuspiciousOperation):
    """The request's body is longer than `DATA_UPLOAD_MAX_MEMORY_SIZE`."""


class TooManyFieldsSent(SuspiciousOperation):
    """The request holds more fields than `DATA_UPLOAD_MAX_NUMBER_FIELDS`."""


class TooManyFilesSent(SuspiciousOperation):
    """The request holds more files than `DATA_UPLOAD_MAX_NUMBER_FILES`."""


class RequestAborted(Exception):
    """The client went away before its request was complete."""


class ThreadPoolFull(Exception):
    """Every thread for synchronous code is busy and the queue is full; answered with 503."""
