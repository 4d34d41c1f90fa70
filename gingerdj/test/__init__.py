"""Tools for tests."""

from gingerdj.test.client import AsyncClient, AsyncRequestFactory, Client, RequestFactory
from gingerdj.test.testcases import LiveServerTestCase, SimpleTestCase
from gingerdj.test.utils import modify_settings, override_settings

__all__ = [
    "AsyncClient",
    "AsyncRequestFactory",
    "Client",
    "LiveServerTestCase",
    "RequestFactory",
    "SimpleTestCase",
    "modify_settings",
    "override_settings",
]
