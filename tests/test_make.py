"""The Makefile, run for real in scratch checkouts."""

import ast
import base64
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
STAMP = ".gingerdj.json"

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "gingerdj"
version = "1.0"
"""

# The smallest build backend: an editable install that needs no package and no network.
BACKEND = """\
import os, zipfile


FILES = {
    "gingerdj.pth": os.getcwd() + "\\n",
    "gingerdj-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: gingerdj\\nVersion: 1.0\\n",
    "gingerdj-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nTag: py3-none-any\\n",
    "gingerdj-1.0.dist-info/RECORD": "",
}


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "gingerdj-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return name
"""


def environment(**changes: str) -> dict[str, str]:
    """Return an environment without what an outer make or pip's settings would bring in."""
    kept = {"PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "PYENV_VERSION", "PYENV_ROOT"}
    return {
        **{name: value for name, value in os.environ.items() if name in kept},
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        **changes,
    }


def make(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run make in a folder, its two streams in one as a person sees them."""
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment() if env is None else env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )


def copy(target: Path, *names: str) -> Path:
    target.mkdir(parents=True)
    for name in ("Makefile", "gingerdocs", *names):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    return target


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the pins and pages of the project."""
    names = ("benchmarks", "pyproject.toml", "requirements.txt", "programs.toml", "conf.py", ".ci")
    folder = copy(tmp_path_factory.mktemp("make") / "a checkout", *names)
    (folder / "docs" / "howto").mkdir(parents=True)
    (folder / "docs" / "index.md").write_text("# Guide\n\n```{toctree}\nhowto/start\n```\n")
    (folder / "docs" / "howto" / "start.md").write_text("# Start\n\nStart it.\n")
    return folder


@pytest.fixture(scope="module")
def ready() -> dict[str, str]:
    """An environment whose VENV holds the project's pins: the one that runs the tests."""
    return environment(VENV=sys.prefix)


def wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel that holds one module; return its line for requirements.txt."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    records = []
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
            records.append(f"{file},sha256={digest.decode()},{len(text)}\n")
        archive.writestr(f"{info}/RECORD", "".join([*records, f"{info}/RECORD,,\n"]))
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Small:
    """A checkout with two tiny pins, which set up without a network; its path has a space."""

    def __init__(self, root: Path) -> None:
        self.folder = copy(root / "small checkout")
        (self.folder / "pyproject.toml").write_text(PYPROJECT)
        (self.folder / "backend.py").write_text(BACKEND)
        self.pin(tiny="1.0", other="1.0")

    def pin(self, **versions: str) -> None:
        lines = [wheel(self.folder / "wheels", *pair) for pair in versions.items()]
        (self.folder / "requirements.txt").write_text("".join(["--find-links ./wheels\n", *lines]))

    def make(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return make(self.folder, "venv", *arguments, env=environment(**changes))

    def imports(self, code: str, venv: str = ".venv") -> str:
        python = str(self.folder / venv / "bin" / "python")
        done = subprocess.run(
            [python, "-c", code],
            capture_output=True,
            text=True,
            cwd="/",
            env=environment(),
            timeout=30,
        )
        return done.stdout.strip() or done.stderr.splitlines()[-1]

    def stamp(self, venv: str = ".venv") -> str:
        return (self.folder / venv / STAMP).read_text()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """One that has been set up; each test leaves it so."""
    small = Small(tmp_path_factory.mktemp("make"))
    done = small.make()
    assert done.returncode == 0, done.stdout
    assert "Setting up .venv with Python 3." in done.stdout
    return small


@pytest.fixture
def interrupt() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Kill a process and all that it started, at once."""
    started = []

    def kill(process: subprocess.Popen[bytes]) -> None:
        started.append(process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    yield kill
    assert all(process.returncode == -signal.SIGKILL for process in started)


def test_make_alone_lists_every_target(checkout: Path) -> None:
    done = make(checkout)
    assert done.returncode == 0
    listed = set(re.findall(r"^  ([a-z-]+) {2,}\S", done.stdout, re.MULTILINE))
    phony = re.findall(r"^\.PHONY: (.+)", (checkout / "Makefile").read_text(), re.MULTILINE)
    assert listed == set(" ".join(phony).split()) - {"sample-programs"}
    assert done.stdout.index("  html ") < done.stdout.index("  test ") < done.stdout.index("clean")
    assert not (checkout / ".venv").exists()


def test_both_main_commands_set_up_the_environment_first(checkout: Path) -> None:
    for target in ("html", "test"):
        commands = make(checkout, "-n", target).stdout.splitlines()
        assert commands[0] == 'python3 -m gingerdocs.machine.venv ".venv"'
        assert "gingerdocs programs" in commands[1]


def test_the_pins_are_written_without_the_environment_that_they_pin(checkout: Path) -> None:
    commands = make(checkout, "-n", "lock").stdout.splitlines()
    assert not [command for command in commands if "gingerdocs.machine.venv" in command]
    assert sum("pip install --quiet" in command for command in commands) == 1
    assert [command for command in commands if ".txt" in command] == [
        command for command in commands if command.startswith("build/uv/bin/uv pip compile ")
    ]


def test_continuous_integration_runs_make_test_and_nothing_else(checkout: Path) -> None:
    dry = environment(MAKEFLAGS="n")
    done = subprocess.run(
        [checkout / ".ci" / "run"], cwd="/", env=dry, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0
    assert done.stdout == make(checkout, "test", env=dry).stdout
    assert "pytest" in done.stdout


def test_every_dependency_has_a_pin_that_fits_it() -> None:
    pins = dict(
        line.split(" ")[0].split("==")
        for line in (ROOT / "requirements.txt").read_text().splitlines()
        if re.match(r"\w", line)
    )
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [settings["project"]["dependencies"], *settings["dependency-groups"].values()]
    wanted = [Requirement(line) for group in groups for line in group if isinstance(line, str)]
    assert len(wanted) > 20
    for requirement in wanted:
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert requirement.specifier.contains(pins.get(name, "0")), requirement


def test_an_unknown_language_is_one_clear_error(checkout: Path, ready: dict[str, str]) -> None:
    done = make(checkout, "doctest", "LANGS=en,xx", env=ready)
    assert done.returncode == 2
    assert "unknown language 'xx': the guide has en, pt, zh" in done.stdout


@pytest.mark.parametrize("target", ["doctest", "update-samples", "lies"])
def test_an_unknown_page_is_one_clear_error_before_anything_runs(
    checkout: Path, target: str
) -> None:
    done = make(checkout, target, "PAGE=docs/howto/stop.md")
    assert done.returncode == 2
    assert done.stdout.endswith("PAGE=howto/stop: there is no docs/howto/stop.md.  Stop.\n")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("page", "paths"),
    [
        ("howto/start", "docs/howto/start.md"),
        ("docs/howto/start.md", "docs/howto/start.md"),
        ("index howto", "docs/index.md docs/howto"),
        ("", "docs"),
    ],
)
def test_a_page_may_be_named_in_several_ways(checkout: Path, page: str, paths: str) -> None:
    done = make(checkout, "-n", "doctest", f"PAGE={page}")
    assert done.stdout.splitlines()[-1].endswith(f" {paths}")


def test_the_benchmark_has_an_environment_of_its_own(checkout: Path) -> None:
    done = make(checkout, "-n", "bench", "K=a b", "PEERS=django", "ROUNDS=3")
    lines = done.stdout.replace("\\\n", "").splitlines()
    set_up = 'python3 -m gingerdocs.machine.venv ".venv-bench" benchmarks/requirements.txt'
    assert lines[0] == set_up
    assert lines[1] == '".venv-bench"/bin/python -m gingerdocs programs --for bench'
    command = '".venv-bench"/bin/python -m benchmarks -k "$K" --peers "$PEERS" --rounds "$ROUNDS"'
    assert " ".join(lines[2].split()) == command
    kept = make(checkout, "-n", "update-bench").stdout.splitlines()
    assert kept == [lines[0], '".venv-bench"/bin/python -m benchmarks.keep']


def test_an_environment_with_the_same_pins_is_used_as_it_is(
    checkout: Path, ready: dict[str, str]
) -> None:
    make(checkout, "venv", env=ready)
    stamp = Path(sys.prefix, STAMP)
    before = stamp.read_bytes(), stamp.stat().st_mtime_ns
    done = make(checkout, "venv", env=ready)
    assert (done.returncode, done.stdout) == (0, "")
    assert (stamp.read_bytes(), stamp.stat().st_mtime_ns) == before
    assert not (checkout / ".venv").exists()


def test_templates_come_out_the_same(checkout: Path, ready: dict[str, str]) -> None:
    runs = []
    for _ in range(2):
        done = make(checkout, "gettext", env=ready)
        assert done.returncode == 0, done.stdout
        templates = sorted((checkout / "build" / "gettext").rglob("*.pot"))
        runs.append({path: path.read_bytes() for path in templates})
        shutil.rmtree(checkout / "build")
        time.sleep(0.01)
    assert runs[0] == runs[1]
    assert len(runs[0]) >= 2


def test_a_checkout_comes_before_the_one_that_the_environment_was_made_for(
    checkout: Path, ready: dict[str, str]
) -> None:
    done = make(checkout, "-pn", "help", env={**ready, "PYTHONPATH": "/elsewhere"})
    assert f"PYTHONPATH := {checkout}:/elsewhere\n" in done.stdout


def test_what_is_printed_is_utf_8_whatever_the_locale(
    checkout: Path, ready: dict[str, str]
) -> None:
    # As in a locale of other letters: that of C would be taken for UTF-8 (PEP 538, PEP 540).
    other = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = make(checkout, "samples", "LANGS=zh", env={**ready, **other})
    assert done.returncode == 0, done.stdout
    assert "简体中文: done" in done.stdout


def test_other_line_ends_are_no_other_pins(small: Small) -> None:
    pins = small.folder / "requirements.txt"
    before = pins.read_bytes()
    pins.write_bytes(before.replace(b"\n", b"\r\n"))
    done = small.make()
    pins.write_bytes(before)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_clone_has_the_line_ends_that_make_knows(tmp_path: Path) -> None:
    names = ("Makefile", "requirements.txt")
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    for name in (".gitattributes", *names):
        shutil.copy(ROOT / name, origin)
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for command in (
        ("init", "--quiet", str(origin)),
        ("-C", str(origin), "add", "."),
        ("-C", str(origin), *author, "commit", "--quiet", "--message=A checkout"),
        ("clone", "--quiet", "-c", "core.autocrlf=true", str(origin), str(clone)),
    ):
        subprocess.run(("git", *command), check=True)
    for name in names:
        assert b"\r" not in (clone / name).read_bytes()


def test_an_environment_that_is_ready_is_left_alone(small: Small) -> None:
    before = small.stamp()
    for name in ("requirements.txt", "pyproject.toml"):
        os.utime(small.folder / name)
    done = small.make()
    assert (done.returncode, done.stdout) == (0, "")
    assert small.stamp() == before
    assert small.imports("import tiny; print(tiny.version)") == "1.0"
    assert small.imports("import gingerdocs; print(gingerdocs.__path__[0])") == str(
        small.folder / "gingerdocs"
    )


def test_changed_pins_are_installed_and_what_is_no_longer_pinned_goes(small: Small) -> None:
    small.pin(tiny="2.0")
    done = small.make()
    assert done.returncode == 0, done.stdout
    assert small.imports("import tiny; print(tiny.version)") == "2.0"
    assert "No module named 'other'" in small.imports("import other")


def test_another_file_of_pins_makes_another_environment(small: Small) -> None:
    pins = small.folder / "more.txt"
    pins.write_text("--find-links ./wheels\n" + wheel(small.folder / "wheels", "more", "1.0"))
    command = [sys.executable, "-m", "gingerdocs.machine.venv", "second", "more.txt"]
    outputs = []
    for _ in range(2):
        done = subprocess.run(
            command, cwd=small.folder, env=environment(), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    assert "(more.txt)" in outputs[0]
    assert outputs[1] == ""
    assert small.imports("import more; print(more.version)", "second") == "1.0"
    assert "No module named 'tiny'" in small.imports("import tiny", "second")


def test_an_environment_that_is_activated_is_made_anew_all_the_same(small: Small) -> None:
    small.pin(tiny="3.0")
    folder = small.folder / ".venv" / "bin"
    done = small.make(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == 0, done.stdout
    assert small.imports("import tiny; print(tiny.version)") == "3.0"
    small.pin(tiny="2.0")
    assert small.make().returncode == 0


def test_a_changed_tool_setting_is_no_reason_to_set_up_again(small: Small) -> None:
    path = small.folder / "pyproject.toml"
    path.write_text(f"{PYPROJECT}\n[tool.ruff]\nline-length = 90\n")
    assert small.make().stdout == ""
    path.write_text(PYPROJECT.replace('"1.0"', '"1.0"\ndescription = "Small."'))
    assert small.make().stdout == "Installing the project itself.\n"


def test_a_stamp_that_cannot_be_written_is_named(small: Small) -> None:
    path = small.folder / "pyproject.toml"
    path.write_text(PYPROJECT.replace('"1.0"', '"1.0"\ndescription = "Tiny."'))
    in_the_way = small.folder / ".venv" / f"{STAMP}.new"
    in_the_way.mkdir()
    done = small.make()
    in_the_way.rmdir()
    assert done.returncode == 2
    assert f".venv/{STAMP} could not be written: Is a directory." in done.stdout


def test_an_interrupted_set_up_is_begun_again(
    small: Small, interrupt: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    process = subprocess.Popen(
        ["make", "venv", "VENV=cut"],
        cwd=small.folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    python = small.folder / "cut" / "bin" / "python"
    deadline = time.monotonic() + 30
    while not python.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    interrupt(process)
    assert small.stamp("cut") == ""
    done = small.make("VENV=cut")
    assert done.returncode == 0, done.stdout
    assert small.imports("import tiny; print(tiny.version)", "cut") == "2.0"


def test_two_at_once_set_up_one_environment(small: Small) -> None:
    processes = [
        subprocess.Popen(
            ["make", "venv"],
            cwd=small.folder,
            env=environment(VENV="both"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert sorted(output.split()[0] for output in outputs) == ["Another", "Setting"]
    assert small.imports("import tiny; print(tiny.version)", "both") == "2.0"


def test_an_index_out_of_reach_is_named(small: Small) -> None:
    (small.folder / "requirements.txt").write_text(f"tiny==3.0 --hash=sha256:{'0' * 64}\n")
    done = small.make(
        VENV="cut", PIP_NO_INDEX="0", PIP_INDEX_URL="http://me:pw@127.0.0.1:9/", PIP_RETRIES="1"
    )
    small.pin(tiny="2.0")
    assert done.returncode == 2
    assert "tiny==3.0 could not be fetched from 127.0.0.1 (NewConnectionError)" in done.stdout
    assert "pw" not in done.stdout
    assert "Traceback" not in done.stdout


def test_a_folder_of_somebody_elses_is_refused_and_left_as_it_was(small: Small) -> None:
    folder = small.folder / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("mine")
    done = small.make("VENV=thesis")
    assert done.returncode == 2
    assert "VENV=thesis is not empty and not a virtual environment" in done.stdout
    assert [path.name for path in folder.iterdir()] == ["chapter.txt"]


def run_set_up(small: Small, prelude: str) -> subprocess.CompletedProcess[str]:
    """Run the set-up in an interpreter that a prelude has made unfit."""
    code = f"import sys; {prelude}; from gingerdocs.machine.venv import main; main(['unfit'])"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=small.folder,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_an_old_python_is_told_apart(small: Small) -> None:
    done = run_set_up(small, "sys.version_info = (3, 10, 9)")
    assert done.returncode == 1
    assert done.stderr.startswith("make: GingerDJ needs Python 3.11 or newer")
    assert "make PYTHON=python3.11" in done.stderr


def test_a_python_without_ensurepip_names_debians_package(small: Small) -> None:
    done = run_set_up(small, "sys.modules['ensurepip'] = None")
    assert done.returncode == 1
    package = f"python3.{sys.version_info.minor}-venv"
    assert f"apt-get install {package}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "module", ["__init__", "machine/__init__", "machine/debian", "machine/venv"]
)
def test_an_old_python_can_read_what_turns_it_away(module: str) -> None:
    text = (ROOT / "gingerdocs" / f"{module}.py").read_text()
    ast.parse(text, feature_version=(3, 7))
