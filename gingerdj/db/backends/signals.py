"""What happens to connections."""

from gingerdj.dispatch import Signal

#: Sent with `connection` when a connection to a database has been opened.
connection_created = Signal()
