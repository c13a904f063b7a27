"""For tests of every app: every line of log as it would be written, searched for what must never stand in one."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from config.lib.logs import formatter

# Signed tokens, tokens of programs, keys of either kind, links with a key in them, signed addresses of a bucket, keys
# of payment services, and the password that tests change to.
SECRET_SHAPES = re.compile(
    r"eyJ[\w-]+\.eyJ|earshot_pat_\w{9}|[0-9a-f-]{36}\.[\w-]{43}|\b\w+:\w{6}:[\w-]{43}|[#?&]key=(?!\[hidden\])"
    r"|X-Amz-Signature=|\b[sr]k_(?:live|test)_|whsec_|quite another place"
)


class LineKeeper(logging.Handler):
    """Keeps every line as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        parts = formatter("json")
        del parts["()"]
        self.setFormatter(structlog.stdlib.ProcessorFormatter(**parts))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening(*names: str) -> Iterator[list[str]]:
    """The lines of log that the block writes. The loggers of these names speak as they do in production; the root's
    level is pytest's to set."""
    root, keeper = logging.getLogger(), LineKeeper()
    levels = {logging.getLogger(name): logging.getLogger(name).level for name in names}
    for logger in levels:
        logger.setLevel(logging.INFO)
    root.addHandler(keeper)
    try:
        yield keeper.lines
    finally:
        root.removeHandler(keeper)
        for logger, level in levels.items():
            logger.setLevel(level)


def with_secrets(lines: list[str], *secrets: str) -> list[str]:
    """Those of the lines in which one of the secrets stands, or anything that looks like one."""
    return [line for line in lines if SECRET_SHAPES.search(line) or any(secret in line for secret in secrets)]
