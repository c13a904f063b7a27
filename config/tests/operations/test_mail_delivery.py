"""Letters through a real mail server: asked for over HTTP, written by a worker, taken over SMTP."""

import email
import email.policy
import gc
import ssl
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from celery import current_app

from config import env
from config.lib.testing_bucket import free_port
from config.models import EventDelivery
from config.standins.certificates import write_certificate
from config.tests.operations.waiting import carry, until

pytestmark = pytest.mark.django_db(transaction=True)

RESET = "/api/v1/auth/password/reset/"


class Office:
    """Takes letters, after it has answered with the refusals that wait."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.refusals: list[str] = []
        self.unknown: set[str] = set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 -- aiosmtpd's name
        if address in self.unknown:
            return f"550 5.1.1 {address} is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- likewise
        if self.refusals:
            return self.refusals.pop(0)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.append((envelope.rcpt_tos, letter))
        return "250 OK"


def let_in(server, session, envelope, mechanism, data) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"earshot", b"a/b c")
    return AuthResult(success=good, handled=False)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(office, port, tmp_path, monkeypatch) -> Iterator[Controller]:
    """Speaks to nobody without STARTTLS, and takes letters only from whom it knows."""
    write_certificate(tmp_path / "office.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "office.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "office.pem")
    rules = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": let_in}
    controller = Controller(office, hostname="127.0.0.1", port=port, **rules)
    yield controller
    if controller.server:
        controller.stop()


@pytest.fixture(autouse=True)
def mail_settings(settings, port) -> None:
    """What production makes of EMAIL_URL."""
    for name, value in env.mail(f"smtp+tls://earshot:a%2Fb%20c@127.0.0.1:{port}").items():
        setattr(settings, name, value)
    settings.EMAIL_TIMEOUT = 30


def carried(done) -> None:
    """Play the relay until `done()`."""

    def attempt() -> bool:
        carry()
        return done()

    until(attempt)


def delivery() -> EventDelivery:
    return EventDelivery.objects.get(route="accounts.mail_password_reset")


def test_a_letter_goes_over_tls_after_a_sign_in_and_once(api, owner, worker, server, office):
    server.start()
    assert api.post(RESET, {"email": owner.email}).status_code == 204
    carried(lambda: delivery().done_at)
    [(to, letter)] = office.letters
    assert to == [letter["To"]] == ["owner@example.org"]
    assert letter["From"] == "Earshot <noreply@localhost>"
    assert letter["Subject"] == "Choose another password for Earshot"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert all("http://earshot.test/reset-password/#key=" in part.get_content() for part in letter.iter_parts())
    # The relay was killed before it could note that it had sent the message: it comes a second time.
    sent = delivery()
    current_app.send_task(sent.route, kwargs={**sent.payload, "delivery": sent.pk, "request_id": ""})
    current_app.send_task("accounts.forget_keys")
    assert api.post(RESET, {"email": owner.email}).status_code == 204
    carried(lambda: not EventDelivery.objects.filter(done_at=None).exists())
    assert len(office.letters) == 2


def test_a_letter_that_the_server_does_not_take_is_brought_again_until_it_does(api, owner, worker, server, office):
    office.refusals = ["451 4.3.0 try again later", "421 4.7.0 too busy"]
    server.start()
    api.post(RESET, {"email": owner.email})
    carried(lambda: delivery().attempts == 1 and delivery().last_error)
    assert (delivery().last_error, office.letters) == ("MailRefused: SMTPDataError 451", [])
    carried(lambda: delivery().done_at)
    assert delivery().attempts == 3
    assert [to for to, _ in office.letters] == [["owner@example.org"]]


def test_a_letter_waits_for_a_server_that_is_away(api, owner, worker, server, office):
    api.post(RESET, {"email": owner.email})
    carried(lambda: delivery().last_error)
    assert delivery().last_error.startswith("ConnectionRefusedError")
    server.start()
    carried(lambda: delivery().done_at)
    assert len(office.letters) == 1


def test_what_is_kept_of_a_refusal_names_no_address(api, owner, worker, server, office, caplog):
    office.unknown = {"owner@example.org"}
    server.start()
    api.post(RESET, {"email": owner.email})
    carried(lambda: delivery().last_error)
    assert delivery().last_error == "MailRefused: SMTPRecipientsRefused 550"
    assert "owner@example.org" not in caplog.text
    office.unknown.clear()
    carried(lambda: delivery().done_at)


def test_a_server_that_does_not_know_us_gets_no_letter(api, owner, worker, server, office, settings):
    settings.EMAIL_HOST_PASSWORD = "another one"
    server.start()
    api.post(RESET, {"email": owner.email})
    carried(lambda: delivery().last_error)
    assert delivery().last_error == "MailRefused: SMTPAuthenticationError 535"
    assert office.letters == []
    gc.collect()  # a connection that was left open warns now, and warnings are errors
