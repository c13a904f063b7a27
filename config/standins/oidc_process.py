"""The process of the issuer: `oidc_process.py PORT KEY.PEM`. Run by its path, it knows nothing of Earshot."""

import os
import re
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import flask
import oidc_provider_mock
from authlib.jose import RSAKey
from werkzeug.serving import make_server


def serve(port: int, key_path: Path) -> None:
    """Answer on loopback until somebody ends the process."""
    app: flask.Flask = oidc_provider_mock.app()
    key = RSAKey.import_key(key_path.read_bytes())
    challenges: dict[str, str] = {}

    @app.before_request
    def prepare() -> Any:
        """Sign with the given key; ask whoever brings a code for the verifier of its challenge (RFC 7636)."""
        flask.g.oidc_provider_mock_storage.jwk = key
        challenge = challenges.pop(flask.request.form.get("code", ""), None)
        if flask.request.path == "/oauth2/token" and challenge != challenge_in(flask.request.form):
            return flask.jsonify({"error": "invalid_grant"}), 400
        return None

    @app.after_request
    def remember(answer: flask.Response) -> flask.Response:
        """The challenge that belongs to a new code."""
        found = re.search(r"[?&]code=([^&]+)", answer.headers.get("Location", ""))
        if found:
            challenges[found[1]] = flask.request.args.get("code_challenge", "")
        return answer

    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


def challenge_in(form: Mapping[str, str]) -> str:
    """The challenge that the form's verifier answers."""
    return urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    serve(int(sys.argv[1]), Path(sys.argv[2]))
