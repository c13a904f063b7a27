"""A mail service on loopback that speaks Postmark's protocol, as django-anymail does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from smtplib import SMTPServerDisconnected

import pytest

from accounts.models import User
from config import env
from config.lib.mails import MailRefused, codes_of, send_mail

# The name of the site is a row.
pytestmark = pytest.mark.django_db

TO = "owner@example.org"
GOOD = {"ErrorCode": 0, "Message": "OK", "MessageID": "0a1b", "SubmittedAt": "2026-11-20T00:00:00Z", "To": TO}


class Service:
    """Answers every letter alike, and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.answer = 200, [GOOD]
        self.asked: list[tuple[str, str, list[dict]]] = []


@pytest.fixture
def service(settings) -> Iterator[Service]:
    """A service that EMAIL_URL names."""
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            letters = body if isinstance(body, list) else [body]
            told.asked.append((self.path, self.headers["X-Postmark-Server-Token"], letters))
            content = json.dumps(told.answer if isinstance(body, list) else told.answer[0]).encode()
            self.send_response(told.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    address = f"anymail+postmark:///?server_token=made-up&api_url=http://127.0.0.1:{server.server_port}/"
    for name, value in env.mail(address).items():
        setattr(settings, name, value)
    yield told
    server.shutdown()
    server.server_close()


def send() -> None:
    user = User(username="owner", email=TO)
    send_mail(to=TO, template="accounts/address_tried", context={"user": user, "url": "http://earshot.test/owner/"})


def test_a_letter_leaves_by_the_service_of_the_address(service):
    send()
    [(_, token, [letter])] = service.asked
    assert token == "made-up"
    assert letter["To"] == TO
    assert letter["Subject"] == "Somebody tried to register at Earshot with your address"
    assert "Hello owner," in letter["TextBody"]
    assert "<p>Hello owner,</p>" in letter["HtmlBody"]


def test_what_a_service_refuses_is_told_by_its_code_alone(service):
    service.status = 422
    service.answer = [{"ErrorCode": 300, "Message": f"{TO} is no address of anybody's"}]
    with pytest.raises(MailRefused) as refused:
        send()
    assert str(refused.value) == "AnymailRequestsAPIError 422"
    assert refused.value.__suppress_context__


def test_a_refusal_without_a_code_is_told_by_its_kind():
    assert codes_of(SMTPServerDisconnected(f"hung up on {TO}")) == "SMTPServerDisconnected"
