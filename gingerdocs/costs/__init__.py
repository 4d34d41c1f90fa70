"""Measures what the documentation tools cost."""
