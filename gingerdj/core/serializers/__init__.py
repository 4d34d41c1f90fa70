"""Data as text: JSON, since there are no models."""

from gingerdj.utils.lazy import absent_names

__getattr__ = absent_names(__name__)
