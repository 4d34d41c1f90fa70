"""Exceptions that views raise to choose a response."""


class Http404(Exception):
    """There is nothing at this address; answered with status 404."""
