"""Code in what programs print."""

import pytest

from gingerdocs.reference.printed import marked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Set X_FRAME_OPTIONS to 'DENY'.", "Set `X_FRAME_OPTIONS` to `'DENY'`."),
        ("Call path(a, b) or  use\n--deploy.", "Call `path(a, b)` or use `--deploy`."),
        ("The site's `key`, not the visitor's.", "The site's `key`, not the visitor's."),
        ("Run manage.py; 127.0.0.1:8000 answers.", "Run `manage.py`; `127.0.0.1:8000` answers."),
        ("GZipMiddleware and DEBUG.", "`GZipMiddleware` and `DEBUG`."),
        ("DEBUGGING and UPPER stay.", "DEBUGGING and UPPER stay."),
    ],
)
def test_code_is_put_between_backquotes(text: str, shown: str) -> None:
    assert marked(text, frozenset({"DEBUG"})) == shown
