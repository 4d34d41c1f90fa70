"""The list of programs says what is missing, and a missing one is never passed over in silence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gingerdocs.machine import programs
from gingerdocs.machine.programs import Program, ProgramsError

ROOT = Path(__file__).parents[3]

GOOD = {"package": '"curl"', "reason": '"the pages use it"', "needed-by": '"samples"'}


def write(path: Path, entry: dict[str, str]) -> Path:
    lines = [f"{key} = {value}" for key, value in entry.items()]
    path.write_text("\n".join(["[curl]", *lines]) + "\n")
    return path


def script(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def run(path: str, *arguments: str, ci: str = "") -> subprocess.CompletedProcess[str]:
    """Run the verb where PATH holds nothing but what a test put there."""
    return subprocess.run(
        [sys.executable, "-m", "gingerdocs", "programs", *arguments],
        cwd=ROOT,
        env={"PATH": path, "CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_list_of_the_project_is_sound() -> None:
    listed = programs.load()
    assert {"curl", "git"} <= listed.keys()
    assert {program.needed_by for program in listed.values()} == {"samples", "tests", "bench"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"package": None}, "[curl] lacks 'package'"),
        ({"reason": '""'}, "[curl] lacks 'reason'"),
        ({"needed-by": '"me"'}, "[curl] needed-by must be 'samples' or 'tests' or 'bench'"),
        ({"needed-for": '"me"'}, "[curl] has 'needed-for'; known are package, reason"),
        ({"optional": '"yes"'}, "[curl] optional must be a bool"),
        ({"package": "curl"}, "programs.toml: "),
    ],
)
def test_a_mistake_in_the_list_is_named(
    tmp_path: Path, change: dict[str, str | None], message: str
) -> None:
    entry = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    with pytest.raises(ProgramsError, match=re.escape(message)):
        programs.load(write(tmp_path / "programs.toml", entry))


def test_what_path_does_not_hold_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "bin", "curl", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "curl" not in programs.missing()
    assert programs.missing().keys() == programs.load().keys() - {"curl"}


def test_a_version_is_what_the_program_prints_and_is_asked_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    listed = {"brew": Program("brew", "brew", "tea", "samples", version_option="-v")}
    log = tmp_path / "log"
    path = script(tmp_path / "bin", "brew", f'echo "$1" >> {log}; echo; echo brew 1.0; echo more')
    assert programs.versions(listed) == programs.versions(listed) == {"brew": "brew 1.0"}
    assert log.read_text() == "-v\n"
    script(tmp_path / "bin", "brew", "echo brew 2.0 >&2")
    os.utime(path, ns=(1, 1))
    assert programs.versions(listed) == {"brew": "brew 2.0"}


def test_a_missing_program_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert programs.versions() == {}


def test_where_nothing_can_be_installed_they_are_named_and_the_work_goes_on() -> None:
    done = run("/nowhere")
    assert done.returncode == 0, done.stderr
    for command, program in programs.load().items():
        assert f"{command} ({program.package}): {program.reason}" in done.stdout
    assert "On Debian, root installs them with: apt-get install chromium curl git" in done.stdout


def test_what_only_the_tests_need_is_no_matter_for_the_samples() -> None:
    done = run("/nowhere", "--for", "samples")
    assert "curl (curl)" in done.stdout
    assert "git" not in done.stdout


def test_in_continuous_integration_a_missing_program_is_a_failure() -> None:
    done = run("/nowhere", ci="true")
    assert done.returncode == 1
    assert "CI=true" in done.stdout


def test_an_optional_program_is_never_a_failure(tmp_path: Path) -> None:
    for command, program in programs.load().items():
        if not program.optional:
            script(tmp_path / "bin", command, "exit 0")
    assert run(str(tmp_path / "bin"), ci="true").returncode == 0


def test_with_root_rights_apt_get_installs_what_is_missing(tmp_path: Path) -> None:
    """An apt-get of our own stands in for Debian's: it installs by making the commands."""
    bin_ = tmp_path / "bin"
    log = tmp_path / "log"
    make = "; ".join(
        f'printf "#!/bin/sh\\n" > {bin_}/{command}; chmod 755 {bin_}/{command}'
        for command in programs.load()
    )
    script(bin_, "env", 'while [ "${1#*=}" != "$1" ]; do export "$1"; shift; done; exec "$@"')
    script(bin_, "apt-get", f"PATH=/usr/bin:/bin; echo $DEBIAN_FRONTEND $* >> {log}; {make}")
    script(bin_, "sudo", '[ "$1" = -n ] && shift && exec "$@"')
    script(bin_, "true", "exit 0")
    done = run(str(bin_), ci="true")
    assert done.returncode == 0, done.stdout + done.stderr
    simulated, installed = log.read_text().splitlines()
    assert installed.startswith("noninteractive")
    packages = {name for entry in programs.load().values() for name in entry.package.split()}
    assert installed.endswith(f"install --yes --no-install-recommends {' '.join(sorted(packages))}")
    assert simulated == f"{installed} --simulate"
