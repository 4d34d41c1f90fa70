"""Test cases."""

from __future__ import annotations

from functools import wraps
from typing import Any, ClassVar

from asgiref.sync import async_to_sync, iscoroutinefunction

from gingerdj.conf import settings
from gingerdj.test.assertions import Assertions
from gingerdj.test.client import AsyncClient, Client
from gingerdj.test.live import LiveServerThread, StaticFolderHandler
from gingerdj.test.utils import TEST_HOST, modify_settings, override_settings
from gingerdj.utils.functional import classproperty


class SimpleTestCase(Assertions):
    """A test case with clients, settings of its own, and assertions on responses.

    Tests may be coroutine functions. The clients' host is allowed.
    """

    client_class: ClassVar[Any] = Client
    async_client_class: ClassVar[Any] = AsyncClient
    client: Any
    async_client: Any
    _overridden_settings: ClassVar[dict[str, Any]] = {}
    _modified_settings: ClassVar[list[tuple[str, Any]]] = []

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        own = {"ALLOWED_HOSTS": settings.ALLOWED_HOSTS, **cls._overridden_settings}
        if TEST_HOST not in own["ALLOWED_HOSTS"]:
            own["ALLOWED_HOSTS"] = [*own["ALLOWED_HOSTS"], TEST_HOST]
        cls.enterClassContext(override_settings(**own))
        if cls._modified_settings:
            cls.enterClassContext(modify_settings(*cls._modified_settings))

    def __call__(self, result: Any = None) -> Any:
        self._prepare()
        return super().__call__(result)

    def debug(self) -> None:
        """Run the test without collecting its result: exceptions reach the caller."""
        self._prepare()
        super().debug()

    def _prepare(self) -> None:
        method = getattr(self, self._testMethodName)
        if iscoroutinefunction(method):
            setattr(self, self._testMethodName, wraps(method)(async_to_sync(method)))
        self.client = self.client_class()
        self.async_client = self.async_client_class()

    def settings(self, **kwargs: Any) -> override_settings:
        """Return `override_settings` of these settings."""
        return override_settings(**kwargs)

    def modify_settings(self, **kwargs: Any) -> modify_settings:
        """Return `modify_settings` of these settings."""
        return modify_settings(**kwargs)


class LiveServerTestCase(SimpleTestCase):
    """A test case with a real server, for clients such as browsers: see `live_server_url`."""

    host: ClassVar[str] = "localhost"
    port: ClassVar[int] = 0
    server_thread_class: ClassVar[type[LiveServerThread]] = LiveServerThread
    static_handler: ClassVar[Any] = StaticFolderHandler
    server_thread: ClassVar[LiveServerThread]

    @classproperty
    def live_server_url(cls) -> str:  # noqa: N805 - a property of the class
        """The server's address, without a slash at its end."""
        return f"http://{cls.host}:{cls.server_thread.port}"

    @classproperty
    def allowed_host(cls) -> str:  # noqa: N805 - a property of the class
        """The host that is allowed while the tests run."""
        return cls.host

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.enterClassContext(modify_settings(ALLOWED_HOSTS={"append": cls.allowed_host}))
        cls._start_server_thread()

    @classmethod
    def _start_server_thread(cls) -> None:
        cls.server_thread = cls._create_server_thread()
        cls.server_thread.daemon = True
        cls.server_thread.start()
        cls.addClassCleanup(cls.server_thread.terminate)
        cls.server_thread.is_ready.wait()
        if cls.server_thread.error is not None:
            raise cls.server_thread.error

    @classmethod
    def _create_server_thread(cls) -> LiveServerThread:
        return cls.server_thread_class(cls.host, cls.static_handler, port=cls.port)
