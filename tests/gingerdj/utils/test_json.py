"""JSON by the encoder of most responses."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from gingerdj.core.serializers import json as serializers
from gingerdj.utils.functional import lazystr
from gingerdj.utils.json import GingerJSONEncoder, encode


@pytest.mark.parametrize(
    "data",
    [
        {},
        "Zoë\n",
        None,
        1.5,
        float("inf"),
        [[], (), {"a": [{"b": None}]}],
        {1: True, None: False, 2.5: "x"},
        {"day": dt.date(2026, 11, 21), "price": Decimal("1.10"), "name": lazystr("Zoë")},
        {"shared": (shared := {"a": 1}), "again": [shared, shared]},
    ],
)
def test_encode_is_dumps_with_the_encoder(data: Any) -> None:
    assert encode(data) == json.dumps(data, cls=GingerJSONEncoder)


def test_data_that_holds_itself_is_refused() -> None:
    data: dict[str, Any] = {"a": [1]}
    data["a"].append(data)
    with pytest.raises(ValueError, match="Circular"):
        encode(data)


@pytest.mark.parametrize("data", [{"a": object()}, {(1, 2): "x"}])
def test_what_json_has_no_form_for_is_refused(data: Any) -> None:
    with pytest.raises(TypeError):
        encode(data)


def test_the_encoder_is_where_django_documents_it() -> None:
    assert serializers.GingerJSONEncoder is GingerJSONEncoder
