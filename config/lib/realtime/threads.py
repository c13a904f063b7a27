"""Database work of an event loop: few threads, few connections, whatever the number of sockets."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

LONGEST_CALL_S = 15

Given = ParamSpec("Given")
Result = TypeVar("Result")


class DatabaseThreads:
    """At most `count` calls at a time, each thread with a connection of its own; the others wait for their turn."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.pool = ThreadPoolExecutor(count, thread_name_prefix="realtime")

    async def run(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """What the function returns or raises; it sees the caller's context."""
        call = partial(contextvars.copy_context().run, fresh, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self.pool, call)

    def close(self) -> None:
        """Wait for what runs, close every connection and end the threads."""
        everybody = threading.Barrier(self.count)

        def last_call() -> None:
            everybody.wait(timeout=LONGEST_CALL_S)
            connections.close_all()

        for _ in range(self.count):
            self.pool.submit(last_call)
        self.pool.shutdown()


def fresh(call: Callable[[], Result]) -> Result:
    """Call with a connection that is good, and leave none behind that is not: what Django does around a request."""
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()
