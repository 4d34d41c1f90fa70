"""Responses that hold JSON."""

from __future__ import annotations

import json
from typing import Any

from gingerdj.http.response import HttpResponse
from gingerdj.utils.json import GingerJSONEncoder, encode

# What super() finds, but at once.
_init = HttpResponse.__init__


class JsonResponse(HttpResponse):
    """Data as JSON (RFC 8259).

    Args:
        data: a dictionary; anything that can be encoded with `safe=False`.
        encoder: the encoder's class.
        safe: whether only dictionaries are let through.
        json_dumps_params: further arguments of `json.dumps`.

    Raises:
        TypeError: `safe` is on and the data is no dictionary.
    """

    def __init__(
        self,
        data: Any,
        encoder: type[json.JSONEncoder] = GingerJSONEncoder,
        safe: bool = True,
        json_dumps_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if safe and not isinstance(data, dict):
            raise TypeError(
                "In order to allow non-dict objects to be serialized set the safe parameter to "
                "False."
            )
        if encoder is GingerJSONEncoder and not json_dumps_params:
            text = encode(data)
        else:
            text = json.dumps(data, cls=encoder, **(json_dumps_params or {}))
        if kwargs:
            super().__init__(text, **{"content_type": "application/json", **kwargs})
            return
        _init(self, text, "application/json")
        if type(self) is JsonResponse:  # As HttpResponse does it.
            self.is_plain, self.status_code = True, 200
