"""A small guide in a repository of its own, with two releases, built by the project's own code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating.po import Message, write

ROOT = Path(__file__).parents[2]
MACHINERY = (
    "Makefile",
    "benchmarks",
    "conf.py",
    "examples",
    "gingerdj",
    "gingerdocs",
    "programs.toml",
    "pyproject.toml",
    "README.md",
    "requirements.txt",
)

INDEX = """\
# Small guide

This guide is small.

```{toctree}
:hidden:
%s
```
"""

DEPLOY = """\
# Deploy the application

The application runs in the background.

(the-start)=
## Start the server

```{code-block} console
:name: greet

$ echo Hello
Hello
```

```{code-block} python
:file: hello.py

# It says hello.
print(f"Hello, {__name__}")
```

```console
$ python hello.py
Hello, __main__
```

```{code-block} ini
:norun: it only shows the form

[server]
port = 8000
```

:::{note}
Each server has its own settings.
:::
"""

NEWS = """\
# News of the release

Nothing happened.
"""

PROGRAM = '# It says hello.\nprint(f"Hello, {__name__}")'
CALL = "$ python hello.py\nHello, __main__\n"
SETTINGS = "[server]\nport = 8000"
TRANSLATIONS = {
    "Small guide": ("Guia pequeno", "小指南"),
    "This guide is small.": ("Este guia é pequeno.", "本指南很小。"),
    "Deploy the application": ("Implante a aplicação", "部署应用"),
    "The application runs in the background.": (
        "A aplicação é executada em segundo plano.",
        "应用在后台运行。",
    ),
    "Start the server": ("Inicie o servidor", "启动服务器"),
    "$ echo Hello\nHello": ("$ echo Hello\nHello", "$ echo Hello\nHello"),
    PROGRAM: (
        PROGRAM.replace("It says hello", "Diz olá").replace("Hello", "Olá"),
        PROGRAM.replace("It says hello", "打招呼").replace("Hello", "你好"),
    ),
    CALL: (CALL.replace("Hello", "Olá"), CALL.replace("Hello", "你好")),
    SETTINGS: (SETTINGS, SETTINGS),
    "it only shows the form": ("ele só mostra a forma", "它只展示格式"),
    "Each server has its own settings.": (
        "Cada servidor tem suas próprias configurações.",
        "每个服务器都有自己的配置。",
    ),
    "News of the release": ("Novidades da versão", "版本新闻"),
    "Nothing happened.": ("Nada aconteceu.", "什么都没有发生。"),
}
PLACES = {"Start the server": "the-start", "Each server has its own settings.": "note"}
PAGES = {
    "index": ("Small guide", "This guide is small."),
    "deploy": (
        "Deploy the application",
        "The application runs in the background.",
        "Start the server",
        "$ echo Hello\nHello",
        PROGRAM,
        CALL,
        SETTINGS,
        "it only shows the form",
        "Each server has its own settings.",
    ),
    "news": ("News of the release", "Nothing happened."),
}


def create(folder: Path) -> None:
    """Make the repository: v1.0 has no news page, v1.1 and the checkout do."""
    for name in MACHINERY:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.mo", "build")
            shutil.copytree(source, folder / name, ignore=ignored)
        elif source.is_file():
            shutil.copy2(source, folder / name)
    (folder / ".gitignore").write_text("/build/\n__pycache__/\n*.mo\n", "utf-8")
    for code in LANGUAGES:
        interface = Path("locale", code, "LC_MESSAGES", "gingerdocs.po")
        if (ROOT / interface).is_file():
            (folder / interface).parent.mkdir(parents=True)
            shutil.copy2(ROOT / interface, folder / interface)
    git(folder, "init", "--quiet", "--initial-branch=main")
    _write_pages(folder, "deploy")
    _commit(folder, "v1.0")
    _write_pages(folder, "deploy", "news")
    _commit(folder, "v1.1")


def build(folder: Path, target: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a target of the repository's Makefile with this interpreter's environment."""
    told = [f"{name}={value}" for name, value in {"VENV": sys.prefix, **variables}.items()]
    # What the make that runs the tests was told is not for this one.
    strange = ("MAKE", "MFLAGS", "PYTHONPATH", "PYTEST", "COVERAGE", "GIT_", "LANGS", "PAGE")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return subprocess.run(
        ("make", "-C", str(folder), target, *told),
        env=clean,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )


def git(folder: Path, *arguments: str) -> None:
    """Run git in the repository, as somebody."""
    somebody = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    subprocess.run(("git", "-C", str(folder), *somebody, *arguments), check=True)


def _write_pages(folder: Path, *pages: str) -> None:
    texts = {"deploy": DEPLOY, "news": NEWS, "index": INDEX % "\n".join(pages)}
    terms = folder / "docs" / "terms.txt"
    terms.parent.mkdir(exist_ok=True)
    terms.write_text("# The sample that is not run.\n[server]\nport = 8000\n", "utf-8")
    for page in ("index", *pages):
        path = folder / "docs" / f"{page}.md"
        path.write_text(texts[page], "utf-8")
        for number, code in enumerate(("pt", "zh")):
            messages = [
                Message(text, TRANSLATIONS[text][number], place=PLACES.get(text, ""))
                for text in PAGES[page]
            ]
            catalog = folder / "locale" / code / "LC_MESSAGES" / f"{page}.po"
            write(catalog, messages, LANGUAGES[code])


def _commit(folder: Path, tag: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", f"Release {tag}")
    git(folder, "tag", tag)
