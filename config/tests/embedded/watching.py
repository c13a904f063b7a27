"""Eyes on processes, for the tests of what starts and ends them."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def runs(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def eventually(condition: Callable[[], object], *, seconds: float = 60.0) -> bool:
    """Wait until the condition holds; return whether it came to hold."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def bare_environment() -> dict[str, str]:
    """This environment without the services that the test run itself was given."""
    given = ("DATABASE_URL", "REDIS_URL", "EARSHOT_HOME", "EARSHOT_CHILD", "EARSHOT_THROWAWAY", "PYTEST_XDIST_WORKER")
    return {name: value for name, value in os.environ.items() if name not in given}
