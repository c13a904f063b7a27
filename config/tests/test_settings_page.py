"""The page of one's own settings: for the signed in, filled with what is theirs, and tame."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE
from accounts.choices import MessagesFrom
from accounts.models import User
from accounts.services import update_profile
from accounts.services.sessions import Device, open_session
from config.composed.settings_page import MESSAGES, SCOPES
from config.lib.scopes import Scope
from config.tests.markup import Markup, assert_tame

pytestmark = pytest.mark.django_db

PAYLOAD = """<img src=x onerror=alert(1)>"'><script>alert(2)</script>"""


@pytest.fixture
def settings_of():
    """The page, as the person's browser shows it."""

    def look(user: User):
        page = Client()
        device = Device(user_agent="Firefox/1 Linux", address="192.0.2.7")
        page.cookies[ACCESS_COOKIE] = open_session(user=user, device=device, at=timezone.now()).access
        return page.get("/settings/")

    return look


def test_nobody_is_led_to_the_sign_in_and_back():
    answer = Client().get("/settings/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=%2Fsettings%2F")


def test_the_page_is_tame_whatever_people_write_and_kept_by_nobody(owner, personal_token, settings_of):
    personal_token(owner, "read")
    update_profile(
        user=owner,
        changes={
            "display_name": PAYLOAD[:60],
            "bio": PAYLOAD,
            "links": [{"title": PAYLOAD[:60], "url": "https://example.org/"}],
            "genres": [PAYLOAD[:40]],
        },
    )
    answer = settings_of(owner)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert_tame(answer)
    assert PAYLOAD in "".join(Markup(answer).text)


def test_every_field_stands_under_its_name_in_the_api(owner, settings_of):
    fields = set(Markup(settings_of(owner)).values("name"))
    sent = {"display_name", "bio", "city", "country", "links", "genres", "role", "timezone", "locale", "messages_from"}
    assert sent | {"likes_public", "followings_public", "discoverable", "username", "label", "scopes"} <= fields


def test_an_artist_is_not_asked_again(owner, settings_of):
    update_profile(user=owner, changes={"role": "artist"})
    assert "role" not in Markup(settings_of(owner)).values("name")


def test_tokens_and_other_devices_can_be_ended_and_the_own_device_not(owner, stranger, personal_token, settings_of):
    token = personal_token(owner, "read")
    personal_token(stranger, "read")
    answer = settings_of(owner)
    ends = Markup(answer).values("data-delete")
    row, session = owner.personal_tokens.get(), owner.sessions.earliest("created_at")
    assert ends == [f"/api/v1/me/tokens/{row.pk}/", f"/api/v1/auth/sessions/{session.pk}/"]
    assert token not in answer.content.decode()


def test_every_choice_has_words():
    assert set(SCOPES) == set(Scope)
    assert set(MESSAGES) == set(MessagesFrom)
