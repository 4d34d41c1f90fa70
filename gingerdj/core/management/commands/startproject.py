"""Write a new project."""

from gingerdj.core.management.templates import TemplateCommand


class Command(TemplateCommand):
    help = "Write a new project: manage.py and a package of settings, URLs, ASGI and WSGI."
    missing_args_message = "You must provide a project name, as in `startproject mysite`."
    kind = "project"
