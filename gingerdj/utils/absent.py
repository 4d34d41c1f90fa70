"""What Django has and GingerDJ has not, and what to do instead."""

from __future__ import annotations

from typing import NoReturn

_MODELS = "use connection.cursor() of gingerdj.db and SQL, or an ORM of your choice"
_TEMPLATES = "return an HttpResponse of what a template engine such as Jinja2 has rendered"
_SESSIONS = "keep it in a cookie by HttpResponse.set_signed_cookie(), or in a table of your own"
_TEXTS = "use Python's own gettext"
_CACHE = "use functools.lru_cache(), or the client of a cache such as Redis"
_ONE_ROW = "fetch the row with a cursor of gingerdj.db, and raise Http404 where there is none"
_TABLES = "make the tables by SQL of your own, for it has no models"
_VIEWS = "derive from View, and fetch the rows with a cursor of gingerdj.db"
_STORAGE = "write files by pathlib, or with the client of a store such as S3"
_DATES = "format dates by their strftime()"
_CHECKS = "call run_checks(tags=['security'], include_deployment_checks=True), and tell them by id"
_JSON = "use JsonResponse, or Python's own json"
_HANDLERS = "wrap the application of get_asgi_application(), or write middleware"
_FEATURES = "skip by the vendor of gingerdj.db.connection"
_INNER = "it is of Django's inside, which its documentation does not promise"

#: The mend by the dotted path of a module, or of a name in one.
ABSENT = {
    "gingerdj.conf.locale": _TEXTS,
    "gingerdj.conf.urls.i18n": _TEXTS,
    "gingerdj.contrib.admin": "it has no models to administer; write views of your own",
    "gingerdj.contrib.admindocs": "it has no admin to document",
    "gingerdj.contrib.auth": f"find out in middleware of your own who asks; {_SESSIONS}",
    "gingerdj.contrib.contenttypes": _MODELS,
    "gingerdj.contrib.flatpages": "write views of your own",
    "gingerdj.contrib.gis": _MODELS,
    "gingerdj.contrib.humanize": _TEMPLATES,
    "gingerdj.contrib.messages": _SESSIONS,
    "gingerdj.contrib.postgres": _MODELS,
    "gingerdj.contrib.redirects": "add a path() with a RedirectView",
    "gingerdj.contrib.sessions": _SESSIONS,
    "gingerdj.contrib.sitemaps": "write a view of your own",
    "gingerdj.contrib.sites": "use request.get_host()",
    "gingerdj.contrib.staticfiles.finders.DefaultStorageFinder": _STORAGE,
    "gingerdj.contrib.staticfiles.storage": (
        "collectstatic copies to STATIC_ROOT; have a build tool name files by what is in them"
    ),
    "gingerdj.contrib.syndication": "write a view of your own",
    "gingerdj.core.cache": _CACHE,
    "gingerdj.core.checks.caches": _INNER,
    "gingerdj.core.checks.commands": _INNER,
    "gingerdj.core.checks.compatibility": _INNER,
    "gingerdj.core.checks.database": _INNER,
    "gingerdj.core.checks.model_checks": _INNER,
    "gingerdj.core.checks.security.base": _CHECKS,
    "gingerdj.core.checks.security.csrf": _CHECKS,
    "gingerdj.core.checks.security.sessions": "it has no sessions whose cookies would be checked",
    "gingerdj.core.checks.templates": _INNER,
    "gingerdj.core.checks.translation": _INNER,
    "gingerdj.core.exceptions.EmptyResultSet": _MODELS,
    "gingerdj.core.exceptions.FieldDoesNotExist": _MODELS,
    "gingerdj.core.exceptions.FieldError": _MODELS,
    "gingerdj.core.exceptions.FullResultSet": _MODELS,
    "gingerdj.core.exceptions.MultipleObjectsReturned": _MODELS,
    "gingerdj.core.exceptions.ObjectDoesNotExist": _ONE_ROW,
    "gingerdj.core.files.images": "read what an image is with a library such as Pillow",
    "gingerdj.core.files.locks": "use Python's own fcntl.flock()",
    "gingerdj.core.files.move": "use Python's own shutil.move()",
    "gingerdj.core.files.storage": _STORAGE,
    "gingerdj.core.handlers.base": _HANDLERS,
    "gingerdj.core.handlers.exception": _HANDLERS,
    "gingerdj.core.mail": "use Python's own smtplib",
    "gingerdj.core.management.base.no_translations": _TEXTS,
    "gingerdj.core.management.sql": _MODELS,
    "gingerdj.core.management.utils": (
        "make a secret key by Python's own secrets.token_urlsafe(50)"
    ),
    "gingerdj.core.paginator": "slice what is to be shown, or use LIMIT and OFFSET in SQL",
    "gingerdj.core.serializers.base": _JSON,
    "gingerdj.core.serializers.deserialize": _JSON,
    "gingerdj.core.serializers.get_serializer": _JSON,
    "gingerdj.core.serializers.json.Deserializer": _JSON,
    "gingerdj.core.serializers.json.Serializer": _JSON,
    "gingerdj.core.serializers.jsonl": _JSON,
    "gingerdj.core.serializers.python": _JSON,
    "gingerdj.core.serializers.pyyaml": _JSON,
    "gingerdj.core.serializers.serialize": _JSON,
    "gingerdj.core.serializers.xml_serializer": _JSON,
    "gingerdj.db.backends.ddl_references": _INNER,
    "gingerdj.db.backends.utils": _INNER,
    "gingerdj.db.migrations": _TABLES,
    "gingerdj.db.models": _MODELS,
    "gingerdj.forms": "read request.POST, and check it with gingerdj.core.validators",
    "gingerdj.middleware.cache": _CACHE,
    "gingerdj.middleware.common.BrokenLinkEmailsMiddleware": (
        "give the logger gingerdj.request a handler, which is told of each 404"
    ),
    "gingerdj.middleware.locale": _TEXTS,
    "gingerdj.shortcuts.aget_list_or_404": _ONE_ROW,
    "gingerdj.shortcuts.aget_object_or_404": _ONE_ROW,
    "gingerdj.shortcuts.get_list_or_404": _ONE_ROW,
    "gingerdj.shortcuts.get_object_or_404": _ONE_ROW,
    "gingerdj.shortcuts.render": _TEMPLATES,
    "gingerdj.template": _TEMPLATES,
    "gingerdj.templatetags": _TEMPLATES,
    "gingerdj.test.html": "use assertHTMLEqual() of gingerdj.test.SimpleTestCase",
    "gingerdj.test.selenium": "let LiveServerTestCase serve, and drive a browser by its library",
    "gingerdj.test.signals.template_rendered": _TEMPLATES,
    "gingerdj.test.skipIfDBFeature": _FEATURES,
    "gingerdj.test.skipUnlessAnyDBFeature": _FEATURES,
    "gingerdj.test.skipUnlessDBFeature": _FEATURES,
    "gingerdj.test.utils.isolate_apps": _MODELS,
    "gingerdj.urls.translate_url": _TEXTS,
    "gingerdj.urls.utils": _INNER,
    "gingerdj.utils.archive": "use Python's own shutil.unpack_archive()",
    "gingerdj.utils.autoreload": "runserver reloads by itself; uvicorn has the option --reload",
    "gingerdj.utils.cache.get_cache_key": _CACHE,
    "gingerdj.utils.cache.learn_cache_key": _CACHE,
    "gingerdj.utils.choices": _MODELS,
    "gingerdj.utils.connection": _INNER,
    "gingerdj.utils.dateformat": _DATES,
    "gingerdj.utils.dateparse": "use datetime.fromisoformat()",
    "gingerdj.utils.dates": "use Python's own calendar",
    "gingerdj.utils.deconstruct": _TABLES,
    "gingerdj.utils.duration": "write durations by str()",
    "gingerdj.utils.feedgenerator": "write XML by Python's own xml.etree",
    "gingerdj.utils.formats": "format numbers and dates by Python's own format()",
    "gingerdj.utils.hashable": _INNER,
    "gingerdj.utils.inspect": "use Python's own inspect",
    "gingerdj.utils.ipv6": "use Python's own ipaddress",
    "gingerdj.utils.itercompat": "try iter()",
    "gingerdj.utils.log.AdminEmailHandler": "use SMTPHandler of Python's own logging.handlers",
    "gingerdj.utils.lorem_ipsum": "write texts of your own",
    "gingerdj.utils.numberformat": "format numbers by Python's own format()",
    "gingerdj.utils.regex_helper": _INNER,
    "gingerdj.utils.termcolors": "use self.style in a command",
    "gingerdj.utils.timesince": "subtract the dates, and write what you need of the difference",
    "gingerdj.utils.translation": _TEXTS,
    "gingerdj.utils.tree": _MODELS,
    "gingerdj.utils.xmlutils": "write XML by Python's own xml.etree",
    "gingerdj.views.decorators.cache.cache_page": _CACHE,
    "gingerdj.views.generic.ArchiveIndexView": _VIEWS,
    "gingerdj.views.generic.CreateView": _VIEWS,
    "gingerdj.views.generic.DateDetailView": _VIEWS,
    "gingerdj.views.generic.DayArchiveView": _VIEWS,
    "gingerdj.views.generic.DeleteView": _VIEWS,
    "gingerdj.views.generic.DetailView": _VIEWS,
    "gingerdj.views.generic.FormView": _VIEWS,
    "gingerdj.views.generic.ListView": _VIEWS,
    "gingerdj.views.generic.MonthArchiveView": _VIEWS,
    "gingerdj.views.generic.TemplateView": _TEMPLATES,
    "gingerdj.views.generic.TodayArchiveView": _VIEWS,
    "gingerdj.views.generic.UpdateView": _VIEWS,
    "gingerdj.views.generic.WeekArchiveView": _VIEWS,
    "gingerdj.views.generic.YearArchiveView": _VIEWS,
    "gingerdj.views.generic.base.TemplateResponseMixin": _TEMPLATES,
    "gingerdj.views.generic.base.TemplateView": _TEMPLATES,
    "gingerdj.views.generic.dates": _VIEWS,
    "gingerdj.views.generic.detail": _VIEWS,
    "gingerdj.views.generic.edit": _VIEWS,
    "gingerdj.views.generic.list": _VIEWS,
    "gingerdj.views.i18n": _TEXTS,
}

#: The mend by the name of a command.
ABSENT_COMMANDS = {
    "changepassword": ABSENT["gingerdj.contrib.auth"],
    "clearsessions": _SESSIONS,
    "compilemessages": _TEXTS,
    "createcachetable": _CACHE,
    "createsuperuser": ABSENT["gingerdj.contrib.auth"],
    "dbshell": "use the database's own shell, such as sqlite3 or psql",
    "dumpdata": _MODELS,
    "flush": _MODELS,
    "inspectdb": _MODELS,
    "loaddata": _MODELS,
    "makemessages": _TEXTS,
    "makemigrations": _TABLES,
    "migrate": _TABLES,
    "optimizemigration": _TABLES,
    "remove_stale_contenttypes": _MODELS,
    "sendtestemail": ABSENT["gingerdj.core.mail"],
    "showmigrations": _TABLES,
    "sqlflush": _MODELS,
    "sqlmigrate": _TABLES,
    "sqlsequencereset": _MODELS,
    "squashmigrations": _TABLES,
    "testserver": "use LiveServerTestCase of gingerdj.test, or runserver",
}

#: The settings that Django has and nothing here reads.
ABSENT_SETTINGS = (
    "ABSOLUTE_URL_OVERRIDES",
    "ADMINS",
    "AUTHENTICATION_BACKENDS",
    "AUTH_PASSWORD_VALIDATORS",
    "AUTH_USER_MODEL",
    "CACHES",
    "CACHE_MIDDLEWARE_ALIAS",
    "CACHE_MIDDLEWARE_KEY_PREFIX",
    "DATETIME_FORMAT",
    "DATETIME_INPUT_FORMATS",
    "DATE_FORMAT",
    "DATE_INPUT_FORMATS",
    "DECIMAL_SEPARATOR",
    "DEFAULT_AUTO_FIELD",
    "DEFAULT_FROM_EMAIL",
    "DEFAULT_INDEX_TABLESPACE",
    "DEFAULT_TABLESPACE",
    "EMAIL_BACKEND",
    "EMAIL_HOST",
    "EMAIL_HOST_PASSWORD",
    "EMAIL_HOST_USER",
    "EMAIL_PORT",
    "EMAIL_SSL_CERTFILE",
    "EMAIL_SSL_KEYFILE",
    "EMAIL_SUBJECT_PREFIX",
    "EMAIL_TIMEOUT",
    "EMAIL_USE_LOCALTIME",
    "EMAIL_USE_SSL",
    "EMAIL_USE_TLS",
    "FILE_UPLOAD_DIRECTORY_PERMISSIONS",
    "FILE_UPLOAD_PERMISSIONS",
    "FIRST_DAY_OF_WEEK",
    "FIXTURE_DIRS",
    "FORMAT_MODULE_PATH",
    "FORMS_URLFIELD_ASSUME_HTTPS",
    "FORM_RENDERER",
    "IGNORABLE_404_URLS",
    "INTERNAL_IPS",
    "LANGUAGES",
    "LANGUAGES_BIDI",
    "LANGUAGE_CODE",
    "LANGUAGE_COOKIE_AGE",
    "LANGUAGE_COOKIE_DOMAIN",
    "LANGUAGE_COOKIE_HTTPONLY",
    "LANGUAGE_COOKIE_NAME",
    "LANGUAGE_COOKIE_PATH",
    "LANGUAGE_COOKIE_SAMESITE",
    "LANGUAGE_COOKIE_SECURE",
    "LOCALE_PATHS",
    "LOGIN_REDIRECT_URL",
    "LOGIN_URL",
    "LOGOUT_REDIRECT_URL",
    "MANAGERS",
    "MESSAGE_STORAGE",
    "MIGRATION_MODULES",
    "MONTH_DAY_FORMAT",
    "NUMBER_GROUPING",
    "PASSWORD_HASHERS",
    "PASSWORD_RESET_TIMEOUT",
    "SERVER_EMAIL",
    "SESSION_CACHE_ALIAS",
    "SESSION_COOKIE_AGE",
    "SESSION_COOKIE_DOMAIN",
    "SESSION_COOKIE_HTTPONLY",
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_PATH",
    "SESSION_COOKIE_SAMESITE",
    "SESSION_COOKIE_SECURE",
    "SESSION_ENGINE",
    "SESSION_EXPIRE_AT_BROWSER_CLOSE",
    "SESSION_FILE_PATH",
    "SESSION_SAVE_EVERY_REQUEST",
    "SESSION_SERIALIZER",
    "SHORT_DATETIME_FORMAT",
    "SHORT_DATE_FORMAT",
    "SIGNED_COOKIE_LEGACY_SALT_FALLBACK",
    "STORAGES",
    "TEMPLATES",
    "TEST_NON_SERIALIZED_APPS",
    "THOUSAND_SEPARATOR",
    "TIME_FORMAT",
    "TIME_INPUT_FORMATS",
    "USE_I18N",
    "USE_THOUSAND_SEPARATOR",
    "YEAR_MONTH_FORMAT",
)


def mend_of(path: str) -> str | None:
    """Return what is said of a dotted path that leads to what GingerDJ has not, or into it."""
    parts = path.split(".")
    for count in range(len(parts), 1, -1):
        name = ".".join(parts[:count])
        if name in ABSENT:
            return f"GingerDJ has no {name}: {ABSENT[name]}."
    return None


def refuse_module(path: str) -> None:
    """Raise ModuleNotFoundError for a module that GingerDJ has not, with the mend."""
    if said := mend_of(path):
        # Without its name: of a named one `from package import module` keeps to itself what it
        # says.
        raise ModuleNotFoundError(said)


def refuse_name(module: str, name: str) -> NoReturn:
    """Raise ImportError for a name that GingerDJ has not, with the mend; else AttributeError."""
    if said := mend_of(f"{module}.{name}"):
        # Of an AttributeError `from module import name` keeps to itself what it says.
        raise ImportError(said, name=module)
    raise AttributeError(f"module {module!r} has no attribute {name!r}")
