"""The catalogs as sphinx-intl, the translators' usual tool, sees them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gingerdocs.languages import LANGUAGES, SOURCE
from gingerdocs.translating import catalogs

ROOT = Path(__file__).parents[1]
TRANSLATIONS = [code for code in LANGUAGES if code != SOURCE]


def sphinx_intl(*arguments: str) -> list[str]:
    """What sphinx-intl says, a line per catalog."""
    done = subprocess.run(
        [str(Path(sys.prefix) / "bin" / "sphinx-intl"), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_message_is_translated_and_none_fuzzy(code: str) -> None:
    lines = sphinx_intl("stat", "-d", "locale", "-l", code)
    pages = {path.stem for path in (ROOT / "docs").rglob("*.md")}
    assert len(lines) >= len(pages)
    assert [line for line in lines if not re.search(r" 0 fuzzy, 0 untranslated\.$", line)] == []


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_every_catalog_is_sealed(code: str) -> None:
    folder = ROOT / "locale" / code / catalogs.FOLDER
    found = [catalogs.read(path, ROOT) for path in sorted(folder.rglob("*.po"))]
    assert found
    assert [catalog.path for catalog in found if not catalog.seal] == []


def test_an_update_by_hand_changes_nothing(tmp_path: Path) -> None:
    templates, locale = tmp_path / "templates", tmp_path / "locale"
    build = [sys.executable, "-m", "sphinx", "-q", "-b", "gettext", "-c", str(ROOT)]
    subprocess.run(
        [*build, "-d", str(tmp_path / "doctrees"), str(ROOT / "docs"), str(templates)],
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
        check=True,
    )
    (templates / "sphinx.pot").unlink(missing_ok=True)  # Sphinx's own words have their catalog.
    shutil.copytree(ROOT / "locale", locale)
    languages = [part for code in TRANSLATIONS for part in ("-l", code)]
    lines = sphinx_intl("update", "-p", str(templates), "-d", str(locale), *languages)
    assert len(lines) >= len(TRANSLATIONS)
    assert [line for line in lines if not line.startswith("Not Changed")] == []
