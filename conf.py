"""Sphinx settings of the guide."""

from pathlib import Path

ROOT = Path(__file__).parent

project = "GingerDJ"
author = "The GingerDJ developers"
copyright = "the GingerDJ developers"  # noqa: A001 - Sphinx's name.

extensions = [
    "myst_parser",
    "sphinx_design",
    "sphinx_copybutton",
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
html_title = project
html_favicon = str(ROOT / "gingerdocs" / "theme" / "static" / "mark.svg")
templates_path = [str(ROOT / "gingerdocs" / "theme" / "templates")]
html_static_path = [str(ROOT / "gingerdocs" / "theme" / "static")]
html_css_files = ["guide.css"]
html_context = {"guide_version": "dev"}  # A release's build says its own with -A.
html_copy_source = False
html_permalinks_icon = "#"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "github-dark"
copybutton_prompt_text = r">>> |\.\.\. |\$ |> "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .go"
ogp_enable_meta_description = True
ogp_social_cards = {"enable": False}
html_use_index = False
