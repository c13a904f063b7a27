"""Secrets that an installation makes for itself."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`, 256 random bits; made when the file is not there. Two processes end up with the same."""
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)  # a link appears whole or not at all
        draft.unlink()
    return path.read_text()


def random_key() -> str:
    """128 random bits in hex: the name of a stored object that nobody can guess."""
    return secrets.token_hex(16)


def secret_token() -> str:
    """A link's secret: 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(24)
