"""Builds, joins and serves the site."""
