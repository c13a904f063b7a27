"""Accounts that somebody prepares for their later owner: the five ways of Sudhodanan and Paverd, "Pre-hijacked
Accounts" (USENIX Security 2022), each over HTTP against a running site and a running issuer.

In each the attacker acts first, with the victim's address; then the victim comes with Google; then the attacker
tries what was prepared.
"""

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.db.models import F
from django.utils import timezone

from accounts.models import Session, User
from accounts.services import connect
from accounts.services.sessions import Device, open_session
from conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

VICTIM, PREPARED = "victim@example.org", "prepared by the attacker"
PATIENCE_S = 60


class Browser:
    """Somebody's client. It keeps cookies, and the bearer token of its last sign-in."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.session = requests.Session()
        self.access = ""

    def call(self, method: str, path: str, body: object = None) -> requests.Response:
        head = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        return self.session.request(method, f"{self.site}/api/v1/{path}", json=body, headers=head, timeout=PATIENCE_S)

    def enter(self, path: str, **body: object) -> requests.Response:
        """Sign in; the token is kept."""
        answer = requests.post(f"{self.site}/api/v1/{path}", json=body, timeout=PATIENCE_S)
        if answer.ok:
            self.access = answer.json()["access"]
        return answer

    def is_in(self) -> bool:
        return self.call("GET", "me/").status_code == 200


@pytest.fixture
def attacker(live_server, google, default_plan) -> Browser:
    return Browser(live_server.url)


@pytest.fixture
def victim(live_server, google, default_plan) -> Browser:
    return Browser(live_server.url)


@pytest.fixture
def vouched(google):
    """An id_token of the issuer's."""

    def sign(sub: str, *, email: str = VICTIM, email_verified: bool = True) -> str:
        now = int(timezone.now().timestamp())
        claims = {"iss": google.issuer, "aud": "earshot", "iat": now, "exp": now + 600, "sub": sub}
        return jwt.encode(claims | {"email": email, "email_verified": email_verified}, google.key, "RS256")

    return sign


@pytest.fixture
def prepare(attacker):
    """The attacker registers with the victim's address."""

    def register(username: str = "prepared") -> None:
        body = {"email": VICTIM, "username": username, "password": PREPARED, "terms_version": "1"}
        assert attacker.call("POST", "auth/register/", body).status_code == 202

    return register


def account_of(browser: Browser) -> dict[str, object]:
    return browser.call("GET", "me/").json()


def test_classic_federated_merge(attacker, victim, prepare, vouched):
    """The attacker registers by password; the victim's Google must not lead into that account."""
    prepare()
    assert victim.enter("auth/google/", id_token=vouched("victim")).status_code == 200
    mine = account_of(victim)
    assert (mine["email"], mine["username"] == "prepared") == (VICTIM, False)
    for login in (VICTIM, "prepared"):
        assert attacker.enter("auth/login/", login=login, password=PREPARED).status_code in {401, 403}
    assert not attacker.is_in()
    assert not User.objects.get(username="prepared").has_usable_password()


def test_unexpired_session(attacker, victim, prepare, vouched):
    """The attacker has a session of an account of the victim's address: it opens nothing, before or after."""
    prepare()
    assert attacker.enter("auth/login/", login=VICTIM, password=PREPARED).json()["code"] == "email_not_verified"
    squatter = User.objects.get(username="prepared")
    attacker.access = session_by_other_means(squatter)
    assert not attacker.is_in()
    assert victim.enter("auth/google/", id_token=vouched("victim")).status_code == 200
    assert not attacker.is_in()
    assert not Session.objects.filter(user=squatter, version=F("user__session_version")).exists()
    assert victim.is_in()


def session_by_other_means(user: User) -> str:
    """A session that no door of ours gives to an unverified account; what if there were one?"""

    return open_session(user=user, device=Device(user_agent="", address=""), at=timezone.now()).access


def test_trojan_identifier(attacker, victim, prepare, vouched):
    """The attacker puts an identity of their own beside the victim's address."""
    prepare()
    # Without a session there is nothing to connect to; by an address that Google has not verified neither.
    body = {"id_token": vouched("attacker", email="attacker@example.org"), "password": PREPARED}
    assert attacker.call("POST", "auth/connections/", body).status_code == 401
    unverified = vouched("attacker", email_verified=False)
    assert attacker.enter("auth/google/", id_token=unverified).json()["code"] == "google_email_unverified"
    # Nor with a session, if there were one; and even where the identity stands there already.
    squatter = User.objects.get(username="prepared")
    attacker.access = session_by_other_means(squatter)
    assert attacker.call("POST", "auth/connections/", body).status_code == 401
    connect(user=squatter, uid="attacker", email="attacker@example.org", at=timezone.now())
    assert victim.enter("auth/google/", id_token=vouched("victim")).status_code == 200
    assert [row["email"] for row in victim.call("GET", "auth/connections/").json()["results"]] == [VICTIM]
    assert not attacker.is_in()
    entered = attacker.enter("auth/google/", id_token=vouched("attacker", email="attacker@example.org"))
    assert entered.json()["code"] == "email_not_verified"


def test_unexpired_email_change(attacker, victim, prepare, vouched):
    """The attacker begins to change the address of an account to the victim's, or away from it, and ends it later."""
    prepare()
    change = {"email": "attacker@example.org", "password": PREPARED}
    attacker.access = session_by_other_means(User.objects.get(username="prepared"))
    assert attacker.call("POST", "auth/email/change/", change).status_code == 401
    # The key of the confirmation that was mailed before the victim came is worth nothing after.
    key = EmailConfirmationHMAC(EmailAddress.objects.get(user__username="prepared")).key
    assert victim.enter("auth/google/", id_token=vouched("victim")).status_code == 200
    assert attacker.call("POST", "auth/verify-email/", {"key": key}).status_code == 400
    assert attacker.enter("auth/login/", login="prepared", password=PREPARED).status_code == 401
    assert EmailAddress.objects.get(email=VICTIM, verified=True).user_id == account_of(victim)["id"]


def test_non_verifying_provider(attacker, victim, vouched, make_user):
    """The attacker's account at the issuer claims the victim's address, which the issuer has not verified."""
    assert victim.enter("auth/google/", id_token=vouched("victim")).status_code == 200
    claimed = vouched("attacker", email_verified=False)
    assert attacker.enter("auth/google/", id_token=claimed).json()["code"] == "google_email_unverified"
    make_user("owner")
    claimed = vouched("attacker", email="owner@example.org", email_verified=False)
    assert attacker.enter("auth/google/", id_token=claimed).json()["code"] == "google_email_unverified"
    assert not attacker.is_in()
    # And before the victim comes: no account is made that the victim would find.
    early = vouched("attacker", email="later@example.org", email_verified=False)
    attacker.enter("auth/google/", id_token=early)
    assert not User.objects.get_queryset().filter(email="later@example.org").exists()
    assert victim.enter("auth/login/", login="owner", password=PASSWORD).status_code == 200
