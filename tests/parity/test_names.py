"""The public names, and the calls that they take."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from inspect import Parameter, Signature
from typing import Any

import pytest

# Each module, without the package's own name, and what programs import from it.
TABLE = """
-: conf db get_version setup
apps: AppConfig apps
conf: ENVIRONMENT_VARIABLE LazySettings Settings settings
conf.urls: include
conf.urls.static: static
contrib.staticfiles: finders
contrib.staticfiles.finders: get_finder get_finders
contrib.staticfiles.handlers: ASGIStaticFilesHandler
core: checks management signing
core.asgi: get_asgi_application
core.checks: CheckMessage Critical Debug Error Info Tags Warning register run_checks
core.exceptions: AppRegistryNotReady BadRequest DisallowedHost DisallowedRedirect
    ImproperlyConfigured MiddlewareNotUsed PermissionDenied RequestDataTooBig
    SuspiciousFileOperation SuspiciousOperation SynchronousOnlyOperation TooManyFieldsSent
    TooManyFilesSent ValidationError ViewDoesNotExist
core.files: File
core.files.base: ContentFile File
core.files.temp: NamedTemporaryFile gettempdir
core.files.uploadedfile: InMemoryUploadedFile SimpleUploadedFile TemporaryUploadedFile UploadedFile
core.files.uploadhandler: FileUploadHandler MemoryFileUploadHandler TemporaryFileUploadHandler
core.handlers.asgi: ASGIHandler ASGIRequest
core.handlers.wsgi: LimitedStream WSGIHandler WSGIRequest get_script_name
core.management: BaseCommand CommandError ManagementUtility call_command color
    execute_from_command_line find_commands
core.management.base: CommandError LabelCommand OutputWrapper SystemCheckError
core.serializers.json: GingerJSONEncoder
core.servers.basehttp: ThreadedWSGIServer WSGIRequestHandler WSGIServer
    get_internal_wsgi_application
core.signals: request_finished request_started
core.validators: EmailValidator MaxLengthValidator MaxValueValidator MinLengthValidator
    MinValueValidator RegexValidator URLValidator validate_email validate_ipv46_address
    validate_ipv4_address validate_ipv6_address validate_slug
core.wsgi: get_wsgi_application
db: ConnectionHandler DEFAULT_DB_ALIAS IntegrityError ProgrammingError close_old_connections
    connection connections router transaction
db.utils: ConnectionHandler load_backend
dispatch: Signal receiver
http: BadHeaderError FileResponse Http404 HttpHeaders HttpRequest HttpResponse
    HttpResponseBadRequest HttpResponseNotAllowed HttpResponseNotFound HttpResponseNotModified
    HttpResponsePermanentRedirect HttpResponseRedirect HttpResponseServerError JsonResponse
    QueryDict RawPostDataException SimpleCookie StreamingHttpResponse UnreadablePostError
    parse_cookie
http.multipartparser: ChunkIter FILE LazyStream MAX_TOTAL_HEADER_SIZE MultiPartParser MultiPartParserError
    Parser
http.request: HttpRequest MediaType is_same_domain split_domain_port validate_host
middleware.clickjacking: XFrameOptionsMiddleware
middleware.common: CommonMiddleware
middleware.csrf: CSRF_ALLOWED_CHARS CSRF_SECRET_LENGTH CSRF_SESSION_KEY CSRF_TOKEN_LENGTH
    CsrfViewMiddleware InvalidTokenFormat REASON_BAD_ORIGIN REASON_CSRF_TOKEN_MISSING
    REASON_NO_CSRF_COOKIE RejectRequest _check_token_format _does_token_match _mask_cipher_secret
    _unmask_cipher_token get_token rotate_token
middleware.gzip: GZipMiddleware
middleware.http: ConditionalGetMiddleware
middleware.security: SecurityMiddleware
shortcuts: redirect resolve_url
test: AsyncRequestFactory Client LiveServerTestCase RequestFactory SimpleTestCase TestCase
    TransactionTestCase client ignore_warnings modify_settings override_settings signals
test.client: BOUNDARY CONTENT_TYPE_RE FakePayload MULTIPART_CONTENT RedirectCycleError
    RequestFactory conditional_content_removal encode_file encode_multipart
test.testcases: LiveServerThread
test.utils: LoggingCaptureMixin TestContextDecorator captured_stderr captured_stdin captured_stdout
    extend_sys_path freeze_time garbage_collect iter_test_cases override_script_prefix
    override_settings override_system_checks requires_tz_support setup_test_environment
urls: NoReverseMatch Resolver404 ResolverMatch URLPattern URLResolver clear_script_prefix
    get_callable get_resolver get_urlconf include path re_path register_converter resolve reverse
    reverse_lazy set_script_prefix
urls.converters: IntConverter REGISTERED_CONVERTERS
urls.resolvers: RegexPattern RoutePattern get_resolver
utils: html text timezone
utils.asyncio: async_unsafe
utils.crypto: InvalidAlgorithm constant_time_compare pbkdf2 salted_hmac
utils.datastructures: CaseInsensitiveMapping DictWrapper ImmutableList MultiValueDict
    MultiValueDictKeyError OrderedSet
utils.decorators: async_only_middleware decorator_from_middleware method_decorator
    sync_and_async_middleware sync_only_middleware
utils.encoding: GingerUnicodeDecodeError escape_uri_path filepath_to_uri force_bytes force_str
    get_system_encoding iri_to_uri punycode repercent_broken_unicode smart_bytes smart_str uri_to_iri
utils.functional: LazyObject Promise SimpleLazyObject cached_property classproperty empty keep_lazy
    keep_lazy_text lazy lazystr partition
utils.html: VOID_ELEMENTS avoid_wrapping conditional_escape escape escapejs format_html format_html_join html_safe
    json_script linebreaks smart_urlquote strip_spaces_between_tags strip_tags urlize
utils.http: MAX_URL_LENGTH MAX_URL_REDIRECT_LENGTH base36_to_int content_disposition_header
    escape_leading_slashes http_date int_to_base36 is_same_domain parse_etags
    parse_header_parameters parse_http_date quote_etag url_has_allowed_host_and_scheme urlencode
    urlsafe_base64_decode urlsafe_base64_encode
utils.log: CallbackFilter DEFAULT_LOGGING RequireDebugFalse RequireDebugTrue ServerFormatter
    log_response
utils.module_loading: autodiscover_modules import_string module_has_submodule
utils.safestring: SafeData SafeString mark_safe
utils.text: StreamingBuffer Truncator add_truncation_text calculate_truncate_chars_length
    camel_case_to_spaces capfirst compress_sequence compress_string format_lazy get_text_list
    get_valid_filename normalize_newlines phone2numeric slugify smart_split trim_value
    unescape_string_literal wrap
utils.version: get_version
views: View
views.decorators.cache: cache_control never_cache
views.decorators.clickjacking: xframe_options_deny xframe_options_exempt xframe_options_sameorigin
views.decorators.common: no_append_slash
views.decorators.csrf: csrf_exempt csrf_protect ensure_csrf_cookie requires_csrf_token
views.decorators.gzip: gzip_page
views.decorators.http: condition conditional_page etag last_modified require_GET require_POST
    require_http_methods require_safe
views.decorators.vary: vary_on_cookie vary_on_headers
views.defaults: bad_request page_not_found permission_denied server_error
views.generic.base: View
views.static: Path directory_index serve was_modified_since
"""
#: Names that take fewer calls than Django's, or other values, each with the reason.
OTHERWISE = {
    **dict.fromkeys(
        (
            "views.defaults." + name
            for name in ("bad_request", "page_not_found", "permission_denied")
        ),
        "there are no templates, so none is named",
    ),
    "views.defaults.server_error": "there are no templates, so none is named",
    "urls.path": "which pattern a route makes is not the caller's choice",
    "urls.re_path": "which pattern a route makes is not the caller's choice",
    "urls.ResolverMatch": "no names are an empty tuple",
    "conf.ENVIRONMENT_VARIABLE": "the variable is GingerDJ's own",
}
#: Decorators, whose only argument is given by position whatever its name.
DECORATORS = re.compile(r"views\.decorators\..*|test\.utils\.requires_tz_support")


def table() -> Iterator[str]:
    """Give each name's path."""
    for line in TABLE.strip().replace("\n    ", " ").splitlines():
        module, listed = line.split(": ")
        for name in listed.split():
            yield name if module == "-" else f"{module}.{name}"


PATHS = sorted(set(table()))


def found(framework: str, path: str) -> Any:
    """Return what a path leads to: a name of a module, or a module."""
    parent, _, name = f"{framework}.{path}".rpartition(".")
    module = import_module(parent)
    return getattr(module, name) if hasattr(module, name) else import_module(f"{parent}.{name}")


def django_path(path: str) -> str:
    return path.replace("Ginger", "Django")


def test_the_table_is_read() -> None:
    assert len(PATHS) > 300
    assert set(table()) >= set(OTHERWISE)


@pytest.mark.parametrize("path", PATHS)
def test_a_name_can_be_imported(path: str) -> None:
    assert found("gingerdj", path) is not None


def signature(thing: Any) -> Signature | None:
    try:
        return inspect.signature(thing)
    except (TypeError, ValueError):
        return None


def shown(default: Any) -> str:
    """Return a default so that those of both packages can be compared."""
    text = re.sub(r" at 0x[0-9a-f]+|\(WARNING\)|\(INFO\)", "", repr(default))
    text = text.replace("django.core.serializers.json", "gingerdj.utils.json")
    return text.replace("django", "gingerdj").replace("Django", "Ginger")


def lacks(django: Signature, ginger: Signature) -> Iterator[str]:
    """Give what the one signature admits and the other does not."""
    ours = list(ginger.parameters.values())
    takes_any = {each.kind for each in ours} & {Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL}
    places = [
        each
        for each in ours
        if each.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    ]
    place = 0
    for theirs in django.parameters.values():
        if theirs.kind in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL):
            continue
        if theirs.kind is not Parameter.KEYWORD_ONLY:
            place += 1
            if place > len(places):
                if Parameter.VAR_POSITIONAL not in takes_any:
                    yield f"no place for {theirs}"
                continue
            if places[place - 1].name != theirs.name:
                yield f"{places[place - 1].name} stands in the place of {theirs.name}"
                continue
        mine = ginger.parameters.get(theirs.name)
        if mine is None:
            if Parameter.VAR_KEYWORD not in takes_any:
                yield f"no argument {theirs}"
        elif mine.default is Parameter.empty:
            if theirs.default is not Parameter.empty:
                yield f"{theirs.name} must be given"
        elif theirs.default is not Parameter.empty and shown(mine.default) != shown(theirs.default):
            yield f"{theirs.name} is {mine.default!r}, not {theirs.default!r}, by default"
    for mine in ours:
        if (
            mine.name not in django.parameters
            and mine.default is Parameter.empty
            and mine.kind is Parameter.KEYWORD_ONLY
        ):
            yield f"{mine.name} must be given"


def differences(path: str) -> list[str]:
    """Return how a name differs from Django's."""
    django, ginger = found("django", django_path(path)), found("gingerdj", path)
    if isinstance(django, str | int | frozenset):
        return [] if django == ginger else [f"{ginger!r}, not {django!r}"]
    theirs, ours = signature(django), signature(ginger)
    if theirs is None or ours is None:
        return [] if callable(django) is callable(ginger) else ["it can be called in one alone"]
    if DECORATORS.fullmatch(path) and len(theirs.parameters) == len(ours.parameters) == 1:
        return []
    return list(lacks(theirs, ours))


@pytest.mark.parametrize("path", PATHS)
def test_every_call_that_django_admits_is_admitted(path: str) -> None:
    if path in OTHERWISE:
        assert differences(path), f"{path} differs no more: drop the reason."
    else:
        assert differences(path) == []


# What a class offers, where programs call its methods by name.
CLASSES = [
    "core.files.base.ContentFile",
    "core.files.base.File",
    "core.files.uploadedfile.InMemoryUploadedFile",
    "core.files.uploadedfile.SimpleUploadedFile",
    "core.files.uploadedfile.TemporaryUploadedFile",
    "core.files.uploadedfile.UploadedFile",
    "core.files.uploadhandler.FileUploadHandler",
    "core.files.uploadhandler.MemoryFileUploadHandler",
    "core.files.uploadhandler.TemporaryFileUploadHandler",
    "dispatch.Signal",
    "http.FileResponse",
    "http.HttpHeaders",
    "http.HttpRequest",
    "http.HttpResponse",
    "http.HttpResponseNotAllowed",
    "http.HttpResponseRedirect",
    "http.JsonResponse",
    "http.QueryDict",
    "http.StreamingHttpResponse",
    "http.multipartparser.LazyStream",
    "http.request.MediaType",
    "utils.datastructures.CaseInsensitiveMapping",
    "utils.datastructures.DictWrapper",
    "utils.datastructures.MultiValueDict",
    "utils.datastructures.OrderedSet",
    "utils.functional.LazyObject",
    "utils.functional.SimpleLazyObject",
    "utils.functional.classproperty",
    "utils.text.Truncator",
    "utils.safestring.SafeString",
]


@pytest.mark.parametrize("path", CLASSES)
def test_the_methods_of_a_class_take_the_same_calls(path: str) -> None:
    django, ginger = found("django", path), found("gingerdj", path)
    wrong = []
    for name in dir(django):
        if name.startswith("_"):
            continue
        if not hasattr(ginger, name):
            wrong.append(f"{name} is missing")
            continue
        theirs, ours = signature(getattr(django, name)), signature(getattr(ginger, name))
        if theirs is not None and ours is not None:
            wrong += [f"{name}: {lack}" for lack in lacks(theirs, ours)]
    assert wrong == []
