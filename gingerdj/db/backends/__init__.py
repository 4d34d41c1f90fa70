"""Connections to the kinds of databases, one package each."""
