"""What the project knows of static files."""

from typing import ClassVar

from gingerdj.apps import AppConfig
from gingerdj.contrib.staticfiles.checks import check_finders
from gingerdj.core.checks import Tags, register


class StaticFilesConfig(AppConfig):
    """The app of static files."""

    name = "gingerdj.contrib.staticfiles"
    verbose_name = "Static files"
    #: Names of files that `collectstatic` leaves out.
    ignore_patterns: ClassVar[list[str]] = ["CVS", ".*", "*~"]

    def ready(self) -> None:
        """Register the checks of the settings."""
        register(check_finders, Tags.staticfiles)
