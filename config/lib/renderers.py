"""JSON out, by orjson: times in UTC with Z, no ASCII escapes, ten times the speed of the default."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


def dumps(data: Any) -> bytes:
    """`data` as UTF-8 JSON; lazy strings and decimals become strings."""
    return orjson.dumps(data, default=str, option=OPTIONS)


class OrjsonRenderer(BaseRenderer):
    """The only renderer: the API speaks JSON to everybody."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else dumps(data)
