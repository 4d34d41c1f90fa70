"""Exceptions that views raise to choose a response."""


class Http404(Exception):  # noqa: N818 - Django's name
    """There is nothing at this address; answered with status 404."""
