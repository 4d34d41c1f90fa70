"""SQLite databases for tests."""

from __future__ import annotations

from pathlib import Path

from gingerdj.db.backends.creation import BaseDatabaseCreation


class DatabaseCreation(BaseDatabaseCreation):
    """Makes databases in memory, which the threads of a process share, or in files."""

    def test_name(self) -> str:
        """Return the name that `TEST["NAME"]` gives; memory by default."""
        own = self.connection.settings_dict["TEST"]["NAME"]
        if own and own != ":memory:":
            return str(own)
        return f"file:memorydb_{self.connection.alias}?mode=memory&cache=shared"

    def test_name_of(self, suffix: str) -> str:
        """Return the name of the database for one of several processes' tests."""
        name = self.test_name()
        if not name.startswith("file:"):
            return f"{name}_{suffix}"
        path, mark, query = name.partition("?")
        return f"{path}_{suffix}{mark}{query}"

    def test_db_signature(self) -> tuple[str, ...]:
        """Return the path of the database's file; one in memory is its alias's own."""
        return self.connection.settings_dict["ENGINE"], self.test_name()

    def _create(self, name: str, autoclobber: bool, keepdb: bool) -> None:
        file = Path(name)
        if not keepdb and not name.startswith("file:") and file.exists():
            self._may_replace(name, autoclobber)
            file.unlink()

    def _destroy(self, name: str) -> None:
        if not name.startswith("file:"):
            Path(name).unlink(missing_ok=True)
