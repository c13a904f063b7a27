"""Passwords, addresses and their mails over HTTP."""

import pytest
from django.core import mail

from accounts import tasks
from accounts.choices import Purpose
from accounts.events import PasswordResetAsked, VerificationAsked
from accounts.models import MailedKey, Session, User
from accounts.tests.keys import NEW, OTHER, key_for
from config.lib.redis import shared_redis
from config.lib.testing import Api, emitted
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"
RESEND, CHANGE = f"{AUTH}/verify-email/resend/", f"{AUTH}/password/change/"
RESET, CONFIRM = f"{AUTH}/password/reset/", f"{AUTH}/password/reset/confirm/"
EMAIL, EMAIL_CONFIRM = f"{AUTH}/email/change/", f"{AUTH}/email/change/confirm/"
LOGIN, ME = f"{AUTH}/login/", "/api/v1/me/"
VARYING = {"X-Request-ID", "Content-Length", "RateLimit"}


@pytest.fixture
def amounts(settings):
    """Budgets that a test can exhaust, of which nothing is used."""

    def put(**changed: str) -> None:
        redis = shared_redis().client
        redis.delete("nothing", *redis.keys("limits:*"))
        settings.RATE_LIMITS = settings.RATE_LIMITS | changed

    return put


def seen(answer) -> tuple:
    """All that a caller sees of an answer."""
    heads = {name: value for name, value in answer.headers.items() if name not in VARYING}
    return answer.status_code, answer.content, heads


# --- the confirmation mail again


def test_the_confirmation_is_mailed_again_to_whom_waits_for_it(api, newcomer):
    with emitted() as events:
        assert api.post(RESEND, {"email": "Newcomer@Example.org"}).status_code == 204
    assert events == [VerificationAsked(user_id=newcomer.pk)]
    tasks.mail_verification(user_id=newcomer.pk)
    assert mail.outbox[0].to == [newcomer.email]


@pytest.mark.parametrize("path", [RESEND, RESET])
def test_an_address_of_anybody_or_nobody_is_answered_alike(api, owner, newcomer, path):
    answers = [seen(api.post(path, {"email": email})) for email in (owner.email, newcomer.email, "no@example.org")]
    assert answers[0][:2] == (204, b"")
    assert answers[1:] == answers[:1] * 2


def test_nobody_waits_for_a_confirmation_of_an_address_that_is_confirmed_or_unknown(api, owner):
    with emitted() as events:
        for email in (owner.email, "nobody@example.org"):
            api.post(RESEND, {"email": email})
    assert events == [VerificationAsked(user_id=None)] * 2


# --- another password


def test_a_password_is_changed_by_whom_knows_it_and_this_device_stays_signed_in(sign_in, owner):
    here, there = sign_in(owner), sign_in(owner)
    answer = here.post(CHANGE, {"old_password": PASSWORD, "new_password": OTHER})
    assert (answer.status_code, answer.content) == (204, b"")
    assert [client.get(ME).status_code for client in (here, there)] == [200, 401]
    assert Api().post(LOGIN, {"login": "owner", "password": OTHER}).status_code == 200
    assert Api().post(LOGIN, {"login": "owner", "password": PASSWORD}).status_code == 401


def test_a_wrong_old_password_changes_nothing(sign_in, owner):
    here, there = sign_in(owner), sign_in(owner)
    answer = here.post(CHANGE, {"old_password": OTHER, "new_password": OTHER})
    here.problem(answer, status=403, code="password_wrong")
    assert there.get(ME).status_code == 200
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)


def test_a_weak_new_password_is_refused_at_its_field(sign_in, owner):
    answer = sign_in(owner).post(CHANGE, {"old_password": PASSWORD, "new_password": "owner@example.org"})
    body = Api().problem(answer, status=400, code="password_weak")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {("new_password", "password_weak")}


def test_spaces_around_a_new_password_belong_to_it(sign_in, owner):
    sign_in(owner).post(CHANGE, {"old_password": PASSWORD, "new_password": f" {OTHER}  "})
    assert User.objects.get(pk=owner.pk).check_password(f" {OTHER}  ")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHANGE, {"old_password": "wrong", "new_password": OTHER}),
        (EMAIL, {"email": NEW, "password": "wrong"}),
        (LOGIN, {"login": "owner", "password": "wrong"}),
    ],
)
def test_every_door_that_takes_a_password_draws_from_the_same_attempts(sign_in, owner, amounts, path, body):
    client = sign_in(owner)
    amounts(credentials="3/5 minutes")
    statuses = [client.post(path, body).status_code for _ in range(4)]
    assert statuses[3] == 429
    assert 429 not in statuses[:3]
    for other in (CHANGE, EMAIL, LOGIN):
        good = {"old_password": PASSWORD, "new_password": OTHER, "login": "owner", "password": PASSWORD, "email": NEW}
        client.problem(client.post(other, good), status=429, code="throttled")


# --- a forgotten password


def test_a_reset_is_mailed_and_its_key_signs_everybody_out(api, sign_in, owner):
    there = sign_in(owner)
    with emitted() as events:
        assert api.post(RESET, {"email": " OWNER@example.org "}).status_code == 204
    [asked] = events
    assert isinstance(asked, PasswordResetAsked)
    tasks.mail_password_reset(key_id=asked.key_id)
    key = mail.outbox[0].body.split("#key=")[1].split()[0]
    answer = api.post(CONFIRM, {"key": key, "password": OTHER})
    assert (answer.status_code, answer.content) == (204, b"")
    assert not answer.cookies
    assert there.get(ME).status_code == 401
    api.problem(api.post(CONFIRM, {"key": key, "password": PASSWORD}), status=400, code="key_invalid")
    assert api.post(LOGIN, {"login": "owner", "password": OTHER}).status_code == 200


def test_a_weak_password_after_a_reset_is_told_at_its_field(api, owner, at):
    answer = api.post(CONFIRM, {"key": key_for(owner, Purpose.PASSWORD_RESET, at), "password": "short"})
    body = api.problem(answer, status=400, code="password_weak")
    assert [error["field"] for error in body["errors"]] == ["password"]


def test_one_address_is_sent_few_mails_whether_or_not_anybody_has_it(api, owner, amounts):
    amounts(mails_to="2/hour")
    for email in (owner.email, "nobody@example.org"):
        statuses = [api.post(path, {"email": email}).status_code for path in (RESET, RESEND, RESET)]
        assert statuses == [204, 204, 429]
    assert MailedKey.objects.count() == 2


def test_an_address_has_few_mails_sent_to_whomever(owner, amounts):
    client = Api(REMOTE_ADDR="192.0.2.55")
    amounts(mails="2/hour")
    statuses = [client.post(RESET, {"email": f"name-{number}@example.org"}).status_code for number in range(3)]
    assert statuses == [204, 204, 429]


# --- another address


def test_another_address_is_confirmed_by_the_key_that_is_mailed_to_it(api, sign_in, owner):
    here = sign_in(owner)
    with emitted() as events:
        assert here.post(EMAIL, {"email": "New@Example.org", "password": PASSWORD}).status_code == 204
    assert here.get(ME).json()["email"] == "owner@example.org"
    tasks.mail_email_change(key_id=events[0].key_id)
    [message] = mail.outbox
    assert message.to == [NEW]
    key = message.body.split("#key=")[1].split()[0]
    answer = api.post(EMAIL_CONFIRM, {"key": key})
    assert (answer.status_code, answer.content) == (204, b"")
    assert here.get(ME).json()["email"] == NEW
    api.problem(api.post(EMAIL_CONFIRM, {"key": key}), status=400, code="key_invalid")
    assert api.post(LOGIN, {"login": NEW, "password": PASSWORD}).status_code == 200
    answer = api.post(LOGIN, {"login": "owner@example.org", "password": PASSWORD})
    api.problem(answer, status=401, code="login_failed")


def test_an_address_of_somebody_else_is_answered_like_a_free_one(sign_in, owner, stranger):
    here = sign_in(owner)
    answers = [seen(here.post(EMAIL, {"email": email, "password": PASSWORD})) for email in (NEW, stranger.email)]
    assert answers[0] == answers[1]


def test_another_address_needs_the_password_and_must_be_another(sign_in, owner):
    here = sign_in(owner)
    here.problem(here.post(EMAIL, {"email": NEW, "password": OTHER}), status=403, code="password_wrong")
    answer = here.post(EMAIL, {"email": "Owner@example.org", "password": PASSWORD})
    here.problem(answer, status=409, code="email_unchanged")
    assert not MailedKey.objects.exists()


# --- six ways to poison a mail, and what a form may not say


@pytest.mark.parametrize(
    "email",
    [
        ["owner@example.org", "evil@example.org"],
        ["owner@example.org"],
        {"0": "owner@example.org"},
        "owner@example.org,evil@example.org",
        "owner@example.org;evil@example.org",
        "owner@example.org evil@example.org",
        "owner@example.org\nBcc: evil@example.org",
        "owner@example.org\r\nBcc: evil@example.org",
        "Owner <owner@example.org>",
        "owner@example.org\0",
        "",
        None,
        True,
        "a@" + "x" * 260 + ".org",
    ],
)
@pytest.mark.parametrize("path", [RESET, RESEND, EMAIL])
def test_several_addresses_or_none_are_no_address(sign_in, owner, path, email):
    client = sign_in(owner)
    with emitted() as events:
        body = client.problem(client.post(path, {"email": email, "password": PASSWORD}), status=400, code="invalid")
    assert "email" in {error["field"] for error in body["errors"]}
    assert events == []


LOOK_ALIKES = [
    "own\u00e9r@example.org",
    "owner@ex\u0430mple.org",  # a Cyrillic letter
    "\uff4fwner@example.org",  # a letter of full width
    "owner@ex\uff41mple.org",
    "k\u0131ng.straße@example.org",  # no dot on the i
    "king.\u017ftraße@example.org",  # a long s
    "king.strasse@example.org",
    "KING.STRA\u1e9eE@example.org",
    "\u212aing.straße@example.org",  # the sign of Kelvin
]


@pytest.mark.parametrize("email", LOOK_ALIKES)
def test_a_look_alike_of_an_address_resets_nobodys_password(api, make_user, email):
    """Cases that fold together in Unicode are different mailboxes; no mail goes to an address that was sent here."""
    for name, address in (("owner", "owner@example.org"), ("king", "king.straße@example.org")):
        user = make_user(name)
        User.objects.filter(pk=user.pk).update(email=address)
        user.emailaddress_set.update(email=address)
    with emitted() as events:
        assert api.post(RESET, {"email": email}).status_code in {204, 400}
    for asked in events:
        tasks.mail_password_reset(key_id=asked.key_id)
    assert {address for message in mail.outbox for address in message.to} <= {"king.straße@example.org"}
    assert email not in {address for message in mail.outbox for address in message.to}


HOSTS = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-server": "evil.example",
         "forwarded": "host=evil.example", "origin": "https://evil.example", "referer": "https://evil.example/",
         "x-original-host": "evil.example"}  # fmt: skip


@pytest.mark.parametrize("name", HOSTS)
def test_no_header_of_the_request_gets_into_a_link(api, owner, settings, name):
    settings.ALLOWED_HOSTS = ["*"]
    with emitted() as events:
        assert api.post(RESET, {"email": owner.email}, headers={name: HOSTS[name]}).status_code == 204
    tasks.mail_password_reset(key_id=events[0].key_id)
    [message] = mail.outbox
    assert "evil" not in str(message.message())
    assert "http://earshot.test/reset-password/#key=" in message.body


@pytest.mark.parametrize("path", [RESEND, RESET, CONFIRM, EMAIL_CONFIRM])
def test_these_look_at_no_sign_in(api, path):
    api.problem(api.post(path, {}, headers={"authorization": "Bearer rubbish"}), status=400, code="invalid")


@pytest.mark.parametrize("path", [CHANGE, EMAIL])
def test_these_need_a_person(api, path):
    api.problem(api.post(path, {}), status=401, code="not_authenticated")
    assert not Session.objects.exists()
