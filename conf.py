"""Sphinx settings of the guide."""

from pathlib import Path

ROOT = Path(__file__).parent

project = "GingerDJ"
author = "The GingerDJ developers"
copyright = "the GingerDJ developers"

extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinx_copybutton",
    "sphinxext.opengraph",
    "gingerdocs.extension",
]
source_suffix = {".md": "markdown"}
nitpicky = True
myst_enable_extensions = ["colon_fence", "deflist"]

locale_dirs = [str(ROOT / "build" / "locale")]
gettext_compact = False
gettext_location = False
gettext_additional_targets = ["literal-block"]

html_theme = "furo"
