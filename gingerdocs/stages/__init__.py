"""The stages of a build: processes of their own, some of which run Sphinx."""
