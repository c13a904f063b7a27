"""reCAPTCHA's siteverify (https://developers.google.com/recaptcha/docs/verify) over TLS, with tokens of its own, and a
widget that a browser finds as easy as a person does."""

import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from config.standins.certificates import write_certificate

PATH = "/recaptcha/api/siteverify"
WIDGET_PATH = "/recaptcha/api.js"
# A box to tick in the place of each widget; ticking it fills the field that forms of the real one have.
WIDGET = """for (const place of document.querySelectorAll(".g-recaptcha")) {
  const label = document.createElement("label"), box = document.createElement("input");
  const field = document.createElement("textarea");
  Object.assign(box, {type: "checkbox"});
  Object.assign(field, {name: "g-recaptcha-response", hidden: true});
  box.addEventListener("change", () => { field.value = box.checked ? %s : ""; });
  label.append(box, " I am a person");
  place.append(label, field);
}
"""
TOKEN_LIFETIME_S = 120


@dataclass(frozen=True)
class Solved:
    """A captcha that somebody has solved: on which site, and when (seconds since 1970)."""

    hostname: str
    at: float


class Recaptcha:
    """Serves while entered. `domain` is for RECAPTCHA_DOMAIN, `secret` for RECAPTCHA_SECRET, and `certificate` is the
    file to trust (SSL_CERT_FILE)."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.secret = secrets.token_urlsafe(20)
        self.certificate = folder / "recaptcha.pem"
        self.asked: list[dict[str, str]] = []
        self._clock = clock
        self._tokens: dict[str, Solved | None] = {}
        write_certificate(self.certificate)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> "Recaptcha":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def domain(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_port}"

    def solve(self, *, hostname: str) -> str:
        """The token that a browser gets for a captcha solved on a page of that host."""
        token = secrets.token_urlsafe(60)
        self._tokens[token] = Solved(hostname=hostname, at=self._clock())
        return token

    def verify(self, form: dict[str, str]) -> dict[str, Any]:
        """What siteverify answers to this form."""
        self.asked.append(form)
        if form.get("secret") != self.secret:
            return refusal("invalid-input-secret" if form.get("secret") else "missing-input-secret")
        token = form.get("response", "")
        if token not in self._tokens:
            return refusal("invalid-input-response" if token else "missing-input-response")
        solved, self._tokens[token] = self._tokens[token], None
        if solved is None or self._clock() > solved.at + TOKEN_LIFETIME_S:
            return refusal("timeout-or-duplicate")
        when = datetime.fromtimestamp(solved.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"success": True, "challenge_ts": when, "hostname": solved.hostname}


def refusal(code: str) -> dict[str, Any]:
    return {"success": False, "error-codes": [code]}


def handler_of(recaptcha: Recaptcha) -> type[BaseHTTPRequestHandler]:
    """A handler that asks this stand-in."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The widget, solved for the page that asks."""
            if self.path != WIDGET_PATH:
                return self.answer(404, b"", kind="text/plain")
            page = urlsplit(self.headers.get("Referer", ""))
            token = json.dumps(recaptcha.solve(hostname=page.hostname or ""))
            return self.answer(200, (WIDGET % token).encode(), kind="text/javascript")

        def do_POST(self) -> None:
            """Whether a token is good."""
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = (200, recaptcha.verify(form)) if self.path == PATH else (404, {})
            self.answer(status, json.dumps(answer).encode(), kind="application/json")

        def answer(self, status: int, content: bytes, *, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's word
            """Forms hold a secret; what was asked stands in `asked`."""

    return Handler
