"""The database backend that DATABASES names. Django looks for it in a module called `base`."""

import time
from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from config.lib.metrics import count_query


def timed(execute: Callable[..., Any], sql: object, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 -- the signature is Django's
    """An execute wrapper (see Django's "Database instrumentation"): statements that fail are timed as well."""
    begun = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        count_query(sql, seconds=time.perf_counter() - begun)


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(timed)
