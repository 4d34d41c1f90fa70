"""The base of views that are classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseGone,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from gingerdj.urls import reverse
from gingerdj.utils.asyncio import iscoroutinefunction, markcoroutinefunction
from gingerdj.utils.decorators import classonlymethod
from gingerdj.utils.functional import classproperty
from gingerdj.utils.lazy import absent_names
from gingerdj.utils.log import log_response
from gingerdj.views.refusal import method_not_allowed

__getattr__ = absent_names(__name__)


class View:
    """A view with a method for each HTTP method: `get`, `post` and so on.

    Args:
        kwargs: attributes of the instance.
    """

    http_method_names: ClassVar[list[str]] = [
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "head",
        "options",
        "trace",
    ]
    request: HttpRequest
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        for name, value in kwargs.items():
            setattr(self, name, value)

    @classproperty
    def view_is_async(cls: Any) -> bool:  # noqa: N805 - a property of the class
        """Whether the methods are coroutine functions.

        Raises:
            ImproperlyConfigured: some are and some are not.
        """
        methods = [
            getattr(cls, name)
            for name in cls.http_method_names
            if name != "options" and hasattr(cls, name)
        ]
        kinds = {iscoroutinefunction(method) for method in methods}
        if len(kinds) > 1:
            raise ImproperlyConfigured(
                f"{cls.__qualname__} HTTP handlers must either be all sync or all async."
            )
        return kinds == {True}

    @classonlymethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., Any]:  # noqa: N805 - the class
        """Return a view that makes an instance for each request.

        Args:
            initkwargs: attributes of the class to set on each instance.

        Raises:
            TypeError: the class has no such attribute, or it is the name of an HTTP method.
        """
        for key in initkwargs:
            if key in cls.http_method_names:
                raise TypeError(
                    f"The method name {key} is not accepted as a keyword argument to "
                    f"{cls.__name__}()."
                )
            if not hasattr(cls, key):
                raise TypeError(
                    f"{cls.__name__}() received an invalid keyword {key!r}. as_view only accepts "
                    f"arguments that are already attributes of the class."
                )

        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            self = cls(**initkwargs)
            self.setup(request, *args, **kwargs)
            if not hasattr(self, "request"):
                raise AttributeError(
                    f"{cls.__name__} instance has no 'request' attribute. Did you override setup() "
                    f"and forget to call super()?"
                )
            return self.dispatch(request, *args, **kwargs)

        view.view_class = cls  # type: ignore[attr-defined]
        view.view_initkwargs = initkwargs  # type: ignore[attr-defined]
        view.__doc__ = cls.__doc__
        view.__module__ = cls.__module__
        view.__qualname__ = cls.__qualname__
        view.__annotations__ = cls.dispatch.__annotations__
        # Decorators such as csrf_exempt leave their marks on dispatch().
        view.__dict__.update(cls.dispatch.__dict__)
        return markcoroutinefunction(view) if cls.view_is_async else view

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the request and the path's values; `head` becomes `get` where there is none."""
        if hasattr(self, "get") and not hasattr(self, "head"):
            self.head = self.get
        self.request = request
        self.args = args
        self.kwargs = kwargs

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Call the method that the request asks for."""
        method = (request.method or "").lower()
        handler = self.http_method_not_allowed
        if method in self.http_method_names:
            handler = getattr(self, method, handler)
        return handler(request, *args, **kwargs)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a method that the view does not have."""
        return self._answer(method_not_allowed(request, self._allowed_methods()))

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer with the methods that the view has."""
        headers = {"Allow": ", ".join(self._allowed_methods()), "Content-Length": "0"}
        return self._answer(HttpResponse(headers=headers))

    def _answer(self, response: HttpResponse) -> Any:
        if not self.view_is_async:
            return response

        async def answered() -> HttpResponse:
            return response

        return answered()

    def _allowed_methods(self) -> list[str]:
        return [name.upper() for name in self.http_method_names if hasattr(self, name)]


class ContextMixin:
    """Gives a view the context of what it shows."""

    #: Added to every context.
    extra_context: ClassVar[dict[str, Any] | None] = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context: the view itself, what is given, and `extra_context`."""
        return {"view": self, **kwargs, **(self.extra_context or {})}


class RedirectView(View):
    """A view that redirects, whatever the method; without a URL it answers 410.

    Its attributes are arguments of `as_view()`.
    """

    #: Whether the address has moved for good.
    permanent: ClassVar[bool] = False
    #: The address, with `%(name)s` for what the path gives.
    url: ClassVar[str | None] = None
    #: The name of a URL, which takes what the path gives.
    pattern_name: ClassVar[str | None] = None
    #: Whether the request's query string is passed on.
    query_string: ClassVar[bool] = False

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str | None:
        """Return the address; None if there is none.

        Args:
            args, kwargs: what the path gives.

        Raises:
            NoReverseMatch: the named URL does not take these.
        """
        if self.url:
            url = self.url % kwargs
        elif self.pattern_name:
            url = reverse(self.pattern_name, args=args, kwargs=kwargs)
        else:
            return None
        query = self.request.META.get("QUERY_STRING", "")
        return f"{url}?{query}" if query and self.query_string else url

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect."""
        url = self.get_redirect_url(*args, **kwargs)
        if url:
            kind = HttpResponsePermanentRedirect if self.permanent else HttpResponseRedirect
            return kind(url)
        response = HttpResponseGone()
        log_response("Gone: %s", request.path, response=response, request=request)
        return response

    head = post = options = delete = put = patch = get
