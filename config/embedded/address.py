"""Where the web process listens: `HOST` and `PORT`."""

import errno
import os
import socket
from dataclasses import dataclass

from config.embedded.refusals import Refusal


@dataclass(frozen=True)
class Address:
    """Where the web process listens."""

    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        """`HOST` and `PORT`. Raises `Refusal` for what is no port."""
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise Refusal(f"PORT={port} is no port: try PORT=8001 make run")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port))

    @property
    def reachable_host(self) -> str:
        """The host to call: "every address" is no address."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 -- compared only

    @property
    def url(self) -> str:
        host = f"[{self.reachable_host}]" if ":" in self.reachable_host else self.reachable_host
        return f"http://{host}:{self.port}/"

    def check_free(self) -> None:
        """Raises `Refusal` with another port to try when this one cannot be listened on."""
        try:
            family, kind, protocol, _, target = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(target)
        except PermissionError:
            raise Refusal(f"Port {self.port} is not open to this user: try PORT=8000 make run") from None
        except socket.gaierror:
            raise Refusal(f"HOST={self.host} is no address of this machine: try HOST=127.0.0.1 make run") from None
        except OSError as reason:
            raise Refusal(self._taken(reason)) from None

    def _taken(self, reason: OSError) -> str:
        other = self.port + 1 if self.port < 65535 else 8000
        if reason.errno == errno.EADDRINUSE:
            return f"Port {self.port} is taken: try PORT={other} make run"
        return f"Nothing can listen on {self.host}:{self.port} ({reason.strerror}): try HOST=127.0.0.1 make run"
