"""Secrets that an installation makes for itself, and keys that are made of them."""

import os
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def kept_secret(path: Path) -> str:
    """The secret in `path`, 256 random bits; made when the file is not there. Whoever comes at the same moment, be it
    another process or another thread, ends up with the same. Nobody but the owner of the process can read it."""
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.") as draft:
            draft.write(secrets.token_hex(32))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)  # a link appears whole or not at all
    return path.read_text()


def derived_key(secret: str, *, purpose: str) -> bytes:
    """256 bits of this secret for one purpose: HKDF with SHA-256 (RFC 5869) without salt, the purpose as `info`.

    Whoever learns such a key learns neither the secret nor the key of another purpose.
    """
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


class Unreadable(ValueError):
    """Something sealed was not sealed by this installation for this purpose, or its secret is no longer listed."""


def seal(text: str, *, purpose: str) -> str:
    """`text` encrypted and authenticated (Fernet), under a key that SECRET_KEY has for this purpose alone."""
    return _sealers(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed, under SECRET_KEY or one of before (SECRET_KEY_FALLBACKS); raises Unreadable."""
    try:
        return _sealers(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(purpose) from error


def _sealers(purpose: str) -> MultiFernet:
    """The first of them seals, all of them unseal."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(Fernet(urlsafe_b64encode(derived_key(str(key), purpose=f"seal {purpose}"))) for key in keys)


def random_key() -> str:
    """128 random bits in hex: the name of a stored object that nobody can guess."""
    return secrets.token_hex(16)


def secret_token() -> str:
    """A link's secret: 192 random bits, safe in a URL."""
    return secrets.token_urlsafe(24)
