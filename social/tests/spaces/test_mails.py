"""What goes out when somebody is asked into a space."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from accounts.services import suspend_user
from config.lib.testing import Api
from social import services, tasks
from social.models import SpaceMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailed(invite):
    """The mails of an invitation."""

    def send(*who, **wish) -> list:
        invitation, _ = invite(*who, **wish)
        before = len(mail.outbox)
        tasks.mail_invitation(invitation_id=invitation.pk)
        return mail.outbox[before:]

    return send


def test_the_link_is_mailed_in_two_parts_and_leads_to_this_site(mailed, stranger, settings):
    settings.SITE_URL = "https://earshot.example"
    [message] = mailed(stranger)
    [(html, kind)] = message.alternatives
    assert (message.to, kind) == (["stranger@example.org"], "text/html")
    assert message.subject == "owner asks you into a space at Earshot"
    assert message.body.startswith("Hello stranger,\n")
    [link] = re.findall(r"https://earshot\.example/spaces/invitations/#key=[\w-]{32}(?![\w-])", message.body)
    assert link in html
    for part in (message.body, html):
        assert "“Small hours”, as editor" in part


def test_the_token_in_the_mail_lets_in(mailed, sign_in, stranger):
    [message] = mailed(email="at-home@example.org")
    assert message.to == ["at-home@example.org"]
    assert message.body.startswith("Hello,\n")
    token = message.body.split("key=")[1].split()[0]
    answer = sign_in(stranger).post(f"/api/v1/invitations/{token}/accept/")
    assert answer.status_code == 200, answer.json()
    assert SpaceMember.objects.filter(person=stranger, role="editor").exists()


def test_the_name_of_a_space_is_no_html(mailed, space, owner, stranger):
    services.update_space(space=space, by=owner, changes={"name": "<b>Now</b>"}, at=timezone.now())
    [message] = mailed(stranger)
    assert "<b>Now</b>" in message.body
    assert "&lt;b&gt;Now" in message.alternatives[0][0]


@pytest.mark.parametrize("blocker", ["owner", "stranger"])
def test_nothing_is_mailed_across_a_block(mailed, owner, stranger, at, blocker):
    first, second = (owner, stranger) if blocker == "owner" else (stranger, owner)
    services.block_user(blocker=first, blocked=second, at=at)
    assert mailed(email="stranger@example.org") == []


def test_nothing_is_mailed_to_who_is_suspended_or_in_already(mailed, cast, stranger, at):
    suspend_user(user=stranger, reason="spam", at=at)
    assert mailed(email="stranger@example.org") == []
    assert mailed(email="viewer@example.org") == []


def test_nothing_is_mailed_of_an_invitation_that_is_over(invite, stranger, owner):
    invitation, _ = invite(stranger)
    services.revoke_invitation(invitation=invitation, by=owner)
    tasks.mail_invitation(invitation_id=invitation.pk)
    assert mail.outbox == []


def test_one_address_is_mailed_only_a_few_an_hour_whoever_sends_them(mailed, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "mails_to": "2/hour"}
    assert [len(mailed(email="somebody-else@example.org")) for _ in range(3)] == [1, 1, 0]


def test_what_is_over_is_forgotten_by_the_clock(invite, stranger):
    invitation, _ = invite(stranger)
    type(invitation).objects.update(expires_at=timezone.now())
    assert tasks.forget_invitations() == 1
    assert Api().get("/api/v1/me/invitations/").status_code == 401
