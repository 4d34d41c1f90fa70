"""Tools for tests."""

from gingerdj.test.client import AsyncClient, AsyncRequestFactory, Client, RequestFactory
from gingerdj.test.communicator import (
    LifespanCommunicator,
    LifespanFailed,
    WebSocketCommunicator,
    WebSocketDenied,
)
from gingerdj.test.testcases import (
    LiveServerTestCase,
    SimpleTestCase,
    TestCase,
    TransactionTestCase,
)
from gingerdj.test.utils import (
    ignore_warnings,
    modify_settings,
    override_settings,
    override_system_checks,
    tag,
)
from gingerdj.utils.lazy import absent_names

__getattr__ = absent_names(__name__)

__all__ = [
    "AsyncClient",
    "AsyncRequestFactory",
    "Client",
    "LifespanCommunicator",
    "LifespanFailed",
    "LiveServerTestCase",
    "RequestFactory",
    "SimpleTestCase",
    "TestCase",
    "TransactionTestCase",
    "WebSocketCommunicator",
    "WebSocketDenied",
    "ignore_warnings",
    "modify_settings",
    "override_settings",
    "override_system_checks",
    "tag",
]
