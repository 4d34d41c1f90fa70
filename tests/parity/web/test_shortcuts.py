"""Shortcuts, and middleware that is extended."""

from __future__ import annotations

from itertools import product
from typing import Any


class Model:
    def get_absolute_url(self) -> str:
        return "/model/"


TARGETS: dict[str, Any] = {
    "url": ("/x/",), "absolute": ("http://example.com/x",), "relative": ("x/y",), "dots": ("./x",), "up": ("../x",), "name": ("plain",),
    "args": ("taking", 3), "wrong args": ("taking", "x"), "missing": ("missing",), "dotted": ("a.b",), "model": (Model(),), "empty": ("",),
    "query": ("?a=1",), "unicode": ("/ä b/",), "none": (None,), "number": (3,), "slashes": ("//evil.com",), "javascript": ("javascript:alert(1)",),
    "view": (len,), "namespace": ("space:inner",),
}  # fmt: skip


def site(fw: Any) -> Any:
    u = fw("urls")
    view = lambda request, **kwargs: fw("http").HttpResponse("ok")
    inner = ([u.path("inner/", view, name="inner")], "space")
    return fw.module(
        urlpatterns=[
            u.path("plain/", view, name="plain"),
            u.path("t/<int:n>/", view, name="taking"),
            u.path("s/", u.include(inner)),
        ]
    )


def test_resolve_url(differences: Any) -> None:
    def act(fw: Any, name: str) -> Any:
        with fw.settings(ROOT_URLCONF=site(fw)):
            return fw("shortcuts.resolve_url")(*TARGETS[name])

    # What is no text can be no URL, and so it is a view that no URL leads to.
    assert differences(TARGETS, act) == {
        repr(name): (("raised", "TypeError"), ("raised", "NoReverseMatch"))
        for name in ("none", "number")
    }


def test_redirect(differences: Any) -> None:
    def act(fw: Any, case: Any) -> Any:
        name, permanent, preserve = case
        with fw.settings(ROOT_URLCONF=site(fw)):
            response = fw("shortcuts.redirect")(
                *TARGETS[name], permanent=permanent, preserve_request=preserve
            )
        return response.status_code, response.url, type(response).__name__, response.content

    targets = TARGETS.keys() - {"none", "number"}
    assert differences(product(targets, [False, True], [False, True]), act) == {}


def test_redirect_by_keywords_and_lazily(both: Any) -> None:
    def act(fw: Any) -> Any:
        with fw.settings(ROOT_URLCONF=site(fw)):
            return fw("shortcuts.redirect")("taking", n=4).url, fw("shortcuts.redirect")(
                fw("urls.reverse_lazy")("plain")
            ).url

    assert both(act) == ("/t/4/", "/plain/")


def test_frames_by_request(both: Any) -> None:
    def act(fw: Any) -> Any:
        class Own(fw("middleware.clickjacking.XFrameOptionsMiddleware")):  # type: ignore[misc]
            def get_xframe_options_value(self, request: Any, response: Any) -> str:
                return f"{getattr(request, 'own', 'no')} {response.status_code}"

        request = fw("http.HttpRequest")()
        request.own = "yes"
        response = Own(lambda request: fw("http.HttpResponse")(status=201))(request)
        return response["X-Frame-Options"]

    assert both(act) == "yes 201"


def test_common_middleware_extended(both: Any) -> None:
    def act(fw: Any) -> Any:
        class Own(fw("middleware.common.CommonMiddleware")):  # type: ignore[misc]
            response_redirect_class = fw("http.HttpResponseRedirect")

        with fw.settings(ROOT_URLCONF=site(fw)), fw.logs():
            request = fw("test.RequestFactory")().get("/plain?a=1")
            response = Own(lambda request: fw("http.HttpResponseNotFound")())(request)
        return response.status_code, response.url

    assert both(act) == (302, "/plain/?a=1")


def test_a_csrf_check_of_one_s_own(both: Any) -> None:
    def act(fw: Any) -> Any:
        class Check(fw("middleware.csrf.CsrfViewMiddleware")):  # type: ignore[misc]
            def _reject(self, request: Any, reason: str) -> Any:
                return "rejected"

        request = fw("test.RequestFactory")().post("/")
        check = Check(lambda request: None)
        return check.process_request(request), check.process_view(request, None, (), {})

    assert both(act) == (None, "rejected")
