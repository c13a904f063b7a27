"""An issuer of OpenID Connect on loopback, in Google's place: `oidc-provider-mock` with PKCE and a key that we hold.

`manage.py standin_google` runs one for development; tests run one and hold its key.
"""

import secrets
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from config.lib.testing_bucket import free_port, running

PATIENCE_S = 30
PROCESS = Path(__file__).with_name("oidc_process.py")


@dataclass(frozen=True)
class Provider:
    """A running issuer. `key` is the one that it signs with."""

    issuer: str
    key: rsa.RSAPrivateKey

    def knows(self, sub: str, **claims: Any) -> None:
        """From now on the issuer says this of `sub`."""
        answer = requests.put(f"{self.issuer}/users/{sub}", json=claims, timeout=PATIENCE_S)
        answer.raise_for_status()

    def consent(self, url: str, *, sub: str) -> dict[str, str]:
        """What `sub` does in a browser that was sent to `url`: say yes. What the browser brings back to us."""
        answer = requests.post(url, data={"sub": sub}, allow_redirects=False, timeout=PATIENCE_S)
        answer.raise_for_status()
        return {name: value for name, [value] in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def code(self, *, sub: str, redirect_uri: str, verifier: str, nonce: str | None = None) -> str:
        """A code for `sub`, as an app gets one."""
        query = {
            "response_type": "code",
            "client_id": "earshot",
            "redirect_uri": redirect_uri,
            "scope": "openid email profile",
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("="),
            "code_challenge_method": "S256",
            **({"nonce": nonce} if nonce else {}),
        }
        return self.consent(f"{self.issuer}/oauth2/authorize?{urlencode(query)}", sub=sub)["code"]


@contextmanager
def provider(*, port: int = 0, people: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Provider]:
    """An issuer in a process of its own, until the block ends."""
    port = port or free_port()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with TemporaryDirectory(prefix="earshot-oidc-") as folder:
        path = Path(folder) / "key.pem"
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with running([sys.executable, "-W", "ignore", str(PROCESS), str(port), str(path)], port=port):
            standing = Provider(f"http://127.0.0.1:{port}", key)
            for sub, claims in (people or {}).items():
                standing.knows(sub, **claims)
            yield standing


def new_verifier() -> str:
    """43 characters that nobody guesses (RFC 7636, 4.1)."""
    return secrets.token_urlsafe(32)
