"""What goes wrong with databases (PEP 249, "Exceptions"), the same for every driver."""

from __future__ import annotations

from types import TracebackType
from typing import Any

#: The alias of the database that is meant where none is named.
DEFAULT_DB_ALIAS = "default"


class Error(Exception):
    """Something went wrong with a database; the driver's exception is the `__cause__`."""


class InterfaceError(Error):
    """The driver was used wrongly, such as through a connection that is closed."""


class DatabaseError(Error):
    """The database reported an error."""


class DataError(DatabaseError):
    """A value does not fit, such as a number out of range."""


class OperationalError(DatabaseError):
    """The database does not work as it should, such as when the connection is lost."""


class IntegrityError(DatabaseError):
    """A constraint would be violated."""


class InternalError(DatabaseError):
    """The database met an error inside of itself."""


class ProgrammingError(DatabaseError):
    """The statement is wrong, or its parameters are."""


class NotSupportedError(DatabaseError):
    """The database cannot do what was asked."""


class TransactionManagementError(ProgrammingError):
    """The state of the transaction forbids what was asked."""


class ConnectionDoesNotExist(Exception):
    """`DATABASES` has no entry of that alias."""


_TREE = {
    each.__name__: each
    for each in (
        Error,
        InterfaceError,
        DatabaseError,
        DataError,
        OperationalError,
        IntegrityError,
        InternalError,
        ProgrammingError,
        NotSupportedError,
    )
}


class DatabaseErrorWrapper:
    """Raises this module's exceptions in place of a driver's; a context manager.

    Args:
        wrapper: the connection, whose attribute `Database` is the driver's module.
    """

    def __init__(self, wrapper: Any) -> None:
        self.wrapper = wrapper

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None or exc_value is None:
            return
        driver = self.wrapper.Database
        for each in exc_type.__mro__:
            # PEP 249 names the exceptions; a driver's own subclasses lie beneath those.
            ours = _TREE.get(each.__name__)
            if ours is not None and getattr(driver, each.__name__, None) is each:
                # After these two the connection is known to be in order.
                if ours not in (DataError, IntegrityError):
                    self.wrapper.errors_occurred = True
                raise ours(*exc_value.args).with_traceback(traceback) from exc_value
