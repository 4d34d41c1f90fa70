"""Measures what ASGI servers do, and shows it as a table."""
