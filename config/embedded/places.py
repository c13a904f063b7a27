"""Where an Earshot keeps its things on this machine. Standard library only: settings import this."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import quote

from config.embedded.refusals import Refusal

PROJECT = Path(__file__).resolve().parents[2]

SOCKET_PATH_LIMIT = 107
"""Bytes of a Unix socket's path: `sun_path` holds 108 with its final zero (unix(7))."""

LONGEST_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """The folders of one Earshot home. Only `make` touches the disk."""

    home: Path

    @classmethod
    def from_environment(cls) -> Self:
        """The home that `EARSHOT_HOME` names, or `.earshot` in the project."""
        return cls(Path(os.environ.get("EARSHOT_HOME") or PROJECT / ".earshot").absolute())

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def valkey(self) -> Path:
        return self.home / "valkey"

    @property
    def media(self) -> Path:
        return self.home / "media"

    @property
    def mail(self) -> Path:
        return self.home / "mail"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def tmp(self) -> Path:
        return self.home / "tmp"

    @property
    def metrics(self) -> Path:
        """What the processes of a run count, shared between them; empty when a run begins."""
        return self.home / "metrics"

    @property
    def sockets(self) -> Path:
        """`run` in the home, or a short folder of this user's where a socket's path would be too long.

        The short folder is always below `/tmp`, not `TMPDIR`: two shells of one user must find the same one.
        """
        inside = self.home / "run"
        if len(os.fsencode(inside / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"earshot-{os.getuid()}-{digest}"  # noqa: S108 -- private by `make`

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / LONGEST_SOCKET_NAME

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def database_url(self) -> str:
        return f"postgresql://earshot@/earshot?host={quote(str(self.sockets), safe='')}&port=5432"

    @property
    def redis_url(self) -> str:
        return f"unix://{quote(str(self.valkey_socket))}"

    def make(self) -> None:
        """Create what is missing. The home and the sockets are for this user alone (0700).

        Raises `Refusal` where the folder of the sockets belongs to somebody else.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.media, self.mail, self.logs, self.tmp):
            folder.mkdir(mode=0o700, exist_ok=True)
        _make_private(self.sockets)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise Refusal(f"{folder} belongs to somebody else: remove it, or set EARSHOT_HOME to a shorter path.")
    folder.chmod(0o700)
