"""Spares MyST-Parser the making of docutils' option parser for every translated message.

For each text that it renders MyST-Parser asks docutils for the default settings of a document, also
where it is given a document and throws them away. Docutils builds an option parser of some seventy
options each time, a third of the time of a translated build. The answer is always the same.
"""

import copy
import functools
from typing import Any

from docutils import frontend
from myst_parser.mdit_to_docutils import base


@functools.cache
def _made(*components: Any) -> frontend.Values:
    return frontend.get_default_settings(*components)


def _default_settings(*components: Any) -> frontend.Values:
    """Return settings of the caller's own, as ``docutils.frontend.get_default_settings`` does."""
    return copy.deepcopy(_made(*components))


def keep() -> None:
    """Make the settings once; where MyST-Parser asks in another way, change nothing."""
    if getattr(base, "get_default_settings", None) is frontend.get_default_settings:
        vars(base)["get_default_settings"] = _default_settings
