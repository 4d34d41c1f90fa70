"""What the README shows of the core: its view, and how a project is started with it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

# Asks the project of the folder what a reader asks the server.
ASKS = """
import os, sys
os.environ["GINGER_SETTINGS_MODULE"] = "mysite.settings"
from gingerdj.core.asgi import get_asgi_application
get_asgi_application()
from gingerdj.test import Client
print(Client(headers={"Host": "127.0.0.1"}).get(sys.argv[1]).text)
"""


def test_the_view_answers_in_a_new_project(tmp_path: Path) -> None:
    assert "gingerdj-admin startproject mysite ." in README
    start = [sys.executable, "-m", "gingerdj", "startproject", "mysite", "."]
    subprocess.run(start, cwd=tmp_path, check=True, timeout=60)
    [view] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "mysite" / "urls.py").write_text(view)
    [(path, answer)] = re.findall(r"\$ curl http://[\d.:]+(\S+)\n(.*)\n", README)
    asked = [sys.executable, "-c", ASKS, path]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout == f"{answer}\n", done.stderr
