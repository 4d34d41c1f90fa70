"""Connections to SQLite, which is part of Python."""
