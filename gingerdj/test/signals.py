"""The signals that tests send."""

from gingerdj.core.signals import setting_changed

__all__ = ["setting_changed"]
