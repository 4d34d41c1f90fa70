"""The encoder of JSON, where Django's documentation has it."""

from gingerdj.utils.json import GingerJSONEncoder
from gingerdj.utils.lazy import absent_names

__getattr__ = absent_names(__name__)

__all__ = ["GingerJSONEncoder"]
