"""Test cases with static files."""

from gingerdj.contrib.staticfiles.handlers import StaticFilesHandler
from gingerdj.test.testcases import LiveServerTestCase


class StaticLiveServerTestCase(LiveServerTestCase):
    """A live server that serves what the finders find, without `collectstatic`."""

    static_handler = StaticFilesHandler
