"""Services in a temporary folder for one command: `python -m config.embedded.throwaway -- command…`."""

import fcntl
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from config.embedded import postgres, processes, valkey
from config.embedded.places import Places
from config.embedded.refusals import Refusal
from config.embedded.services import Services
from config.embedded.signals import deaf, interruptible

PREFIX = "earshot-throwaway-"

YOUNG = 60.0
"""Seconds."""

OURS = "EARSHOT_THROWAWAY"
"""The variable that says whether the PostgreSQL of this environment is one of these."""


@contextmanager
def throwaway_services(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Run what `environment` does not name; yield the variables to export; leave no process and no file."""
    sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with (folder / "in-use").open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        services = Services(Places(folder), postgres.THROWAWAY, valkey.THROWAWAY)
        try:
            exported = services.start(environment)
            yield exported | ({OURS: "yes"} if "DATABASE_URL" in exported else {})
        finally:
            with deaf():
                services.stop()
                shutil.rmtree(services.places.sockets, ignore_errors=True)
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cluster_beside(environment: Mapping[str, str], *, name: str) -> Iterator[dict[str, str]]:
    """Run one more PostgreSQL within the folder of a throwaway one; yield its variable.

    A snapshot knows the oldest transaction of its whole cluster: who shares one waits for the others' transactions.
    """
    places = Places(Path(environment["EARSHOT_HOME"]) / name)
    server = postgres.Postgres(places, postgres.THROWAWAY)
    places.make()
    try:
        server.start()
        yield {"DATABASE_URL": places.database_url}
    finally:
        with deaf():
            server.stop()
            shutil.rmtree(places.sockets, ignore_errors=True)


def sweep(temporary: Path) -> None:
    """Remove the folders of killed runs. A folder in use is locked, and another user's cannot be opened.

    A young one may stand between its making and its lock, and is left alone.
    """
    for marker in temporary.glob(f"{PREFIX}*/in-use"):
        with suppress(OSError), marker.open("r+") as in_use:
            if time.time() - marker.stat().st_mtime < YOUNG:
                continue
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(Places(marker.parent).sockets, ignore_errors=True)
            shutil.rmtree(marker.parent, ignore_errors=True)


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        return complain("usage: python -m config.embedded.throwaway -- command…", code=2)
    try:
        with interruptible(), throwaway_services(os.environ) as exported:
            return processes.run_in_front(command, environment={**os.environ, **exported})
    except KeyboardInterrupt:
        return 130
    except Refusal as refusal:
        return complain(str(refusal), code=1)


def complain(sentence: str, *, code: int) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 -- a command speaks
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
