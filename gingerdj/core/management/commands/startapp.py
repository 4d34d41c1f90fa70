"""Write a new app."""

from gingerdj.core.management.templates import TemplateCommand


class Command(TemplateCommand):
    help = "Write a new app: a package of URLs and views."
    missing_args_message = "You must provide an application name, as in `startapp polls`."
    kind = "app"
