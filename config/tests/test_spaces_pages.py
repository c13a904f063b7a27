"""The pages of spaces: for their members alone, tame whatever people write, and the token is for no server's eyes."""

import re

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE
from accounts.models import User
from accounts.services.sessions import Device, open_session
from config.lib.logs import hide_secrets
from config.tests.markup import Markup, assert_tame
from social import services as social
from social.choices import SpaceRole
from social.models import Space

pytestmark = pytest.mark.django_db

PAYLOAD = """<img src=x onerror=alert(1)>"'><script>a(2)</script>"""


@pytest.fixture
def space(owner) -> Space:
    return social.create_space(owner=owner, name=PAYLOAD, description=PAYLOAD, at=timezone.now())


@pytest.fixture
def browse():
    """A page, as the person's browser shows it."""

    def look(user: User, path: str):
        page = Client()
        device = Device(user_agent="Firefox/1 Linux", address="192.0.2.7")
        page.cookies[ACCESS_COOKIE] = open_session(user=user, device=device, at=timezone.now()).access
        return page.get(path)

    return look


@pytest.fixture
def join(space, owner):
    def enter(person: User, role: str) -> None:
        at = timezone.now()
        made = social.invite_person(space=space, by=owner, person=person, role=SpaceRole(role), at=at)
        social.accept_invitation(word=str(made.pk), user=person, at=at)

    return enter


def test_nobody_is_led_to_the_sign_in_and_back(space):
    for path in ("/spaces/", f"/spaces/{space.pk}/"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/?next=%2Fspaces%2F")


def test_the_pages_are_tame_whatever_people_write_and_kept_by_nobody(space, owner, stranger, upload, browse):
    upload(owner, title=PAYLOAD, space_id=space.pk)
    social.invite_person(space=space, by=owner, person=stranger, role=SpaceRole.EDITOR, at=timezone.now())
    social.invite_address(space=space, by=owner, email="a@example.org", role=SpaceRole.EDITOR, at=timezone.now())
    for person, path in ((owner, "/spaces/"), (owner, f"/spaces/{space.pk}/"), (stranger, "/spaces/")):
        answer = browse(person, path)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert_tame(answer)
        assert PAYLOAD in "".join(Markup(answer).text)


def test_a_stranger_finds_no_space(space, stranger, browse):
    for number in (space.pk, space.pk + 99):
        assert browse(stranger, f"/spaces/{number}/").status_code == 404


@pytest.mark.parametrize(("role", "offered"), [("admin", 3), ("viewer", 0)])
def test_what_a_member_may_do_is_offered_and_nothing_else(space, make_user, join, browse, role, offered):
    member = make_user("member")
    join(member, role)
    join(make_user("other"), "viewer")
    markup = Markup(browse(member, f"/spaces/{space.pk}/"))
    calls = markup.values("data-path")
    assert f"/api/v1/spaces/{space.pk}/members/{member.pk}/" in calls, "everybody may leave"
    assert not any("owner" in value for value in markup.values("value"))
    forms = [path for path in calls if path == f"/api/v1/spaces/{space.pk}/invitations/"]
    assert len(forms) == bool(offered)
    assert len([tag for tag, attributes in markup.tags if tag == "select" and "data-role" in attributes]) == bool(
        offered
    )
    assert f"/api/v1/spaces/{space.pk}/" not in markup.values("data-transfer")


def test_an_owner_deletes_and_says_who_is_what(space, owner, make_user, join, browse):
    join(make_user("other"), "viewer")
    markup = Markup(browse(owner, f"/spaces/{space.pk}/"))
    assert markup.values("data-transfer") == [f"/api/v1/spaces/{space.pk}/?transfer_to={owner.pk}"]
    assert sum(tag == "option" for tag, _ in markup.tags) == 5 + 4


def test_the_page_of_an_invitation_sees_no_token(owner, browse):
    for answer in (Client().get("/spaces/invitations/"), browse(owner, "/spaces/invitations/")):
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex"
        assert_tame(answer)
    script = (site.BASE_DIR / "static/js/invitation.js").read_text()
    assert "location.hash" in script
    assert "history.replaceState" in script
    assert not re.search(r"location\.search", script)


def test_a_token_in_a_path_is_in_no_log():
    assert hide_secrets(f"POST /api/v1/invitations/{'x' * 32}/accept/ 404") == (
        "POST /api/v1/invitations/[token]/accept/ 404"
    )
