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
    "gingerdj.contrib.syndication": "write a view of your own",
    "gingerdj.core.cache": _CACHE,
    "gingerdj.core.mail": "use Python's own smtplib",
    "gingerdj.core.paginator": "slice what is to be shown, or use LIMIT and OFFSET in SQL",
    "gingerdj.core.serializers": "use JsonResponse, or Python's own json",
    "gingerdj.db.migrations": _TABLES,
    "gingerdj.db.models": _MODELS,
    "gingerdj.forms": "read request.POST, and check it with gingerdj.core.validators",
    "gingerdj.middleware.cache": _CACHE,
    "gingerdj.middleware.locale": _TEXTS,
    "gingerdj.shortcuts.aget_list_or_404": _ONE_ROW,
    "gingerdj.shortcuts.aget_object_or_404": _ONE_ROW,
    "gingerdj.shortcuts.get_list_or_404": _ONE_ROW,
    "gingerdj.shortcuts.get_object_or_404": _ONE_ROW,
    "gingerdj.shortcuts.render": _TEMPLATES,
    "gingerdj.template": _TEMPLATES,
    "gingerdj.templatetags": _TEMPLATES,
    "gingerdj.utils.dateparse": "use datetime.fromisoformat()",
    "gingerdj.utils.formats": "format numbers and dates by Python's own format()",
    "gingerdj.utils.translation": _TEXTS,
    "gingerdj.views.decorators.cache.cache_page": _CACHE,
    "gingerdj.views.generic.CreateView": _VIEWS,
    "gingerdj.views.generic.DeleteView": _VIEWS,
    "gingerdj.views.generic.DetailView": _VIEWS,
    "gingerdj.views.generic.FormView": _VIEWS,
    "gingerdj.views.generic.ListView": _VIEWS,
    "gingerdj.views.generic.TemplateView": _TEMPLATES,
    "gingerdj.views.generic.UpdateView": _VIEWS,
    "gingerdj.views.generic.edit": _VIEWS,
    "gingerdj.views.generic.list": _VIEWS,
    "gingerdj.views.i18n": _TEXTS,
}

#: The mend by the name of a command.
ABSENT_COMMANDS = {
    "changepassword": ABSENT["gingerdj.contrib.auth"],
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
    "sendtestemail": ABSENT["gingerdj.core.mail"],
    "showmigrations": _TABLES,
    "sqlmigrate": _TABLES,
    "squashmigrations": _TABLES,
}


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
