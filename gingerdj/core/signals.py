"""The signals of the request's path."""

from gingerdj.dispatch import Signal

#: Sent before a request runs; by ASGI with `scope`, by WSGI with `environ`.
request_started = Signal()
#: Sent once the response has been sent, or the client has gone.
request_finished = Signal()
#: Sent in a thread for synchronous code when its request is over, before it serves another.
thread_released = Signal()
#: Sent with `request` when an exception became a response with status 500.
got_request_exception = Signal()
#: Sent with `setting`, `value` and `enter` when a test overrides a setting or puts it back.
setting_changed = Signal()
