"""The page with the ways into an account and out of it: it shows what the account has, to the one whose it is."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE
from accounts.leaving.services import request_export
from accounts.models import User
from accounts.services.connections import connect
from accounts.services.sessions import Device, open_session
from config.composed.exporting import export_account
from config.tests.markup import Markup, assert_tame

pytestmark = pytest.mark.django_db

PAGE = "/settings/security/"


@pytest.fixture
def page_of():
    """The page, as the person's browser shows it."""

    def look(user: User):
        browser = Client()
        device = Device(user_agent="Firefox/1 Linux", address="192.0.2.7")
        browser.cookies[ACCESS_COOKIE] = open_session(user=user, device=device, at=timezone.now()).access
        return browser.get(PAGE)

    return look


def forms_of(answer) -> set[str]:
    return set(Markup(answer).values("data-security"))


def test_nobody_is_led_to_the_sign_in_and_back():
    answer = Client().get(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=%2Fsettings%2Fsecurity%2F")


def test_the_page_is_tame_and_kept_by_nobody(owner, page_of):
    answer = page_of(owner)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert_tame(answer)
    assert forms_of(answer) == {"password", "email", "factor", "factor_confirm", "export", "leave"}


def test_who_has_no_password_leaves_with_a_mailed_code(owner, page_of):
    owner.set_unusable_password()
    owner.save(update_fields=["password"])
    answer = page_of(owner)
    assert forms_of(answer) == {"factor", "factor_confirm", "export", "leave_code", "leave"}
    assert "code" in Markup(answer).values("name")


def test_who_has_a_second_factor_may_turn_it_off_or_have_new_codes(owner, page_of):
    Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={})
    assert {"codes", "factor_off"} <= forms_of(page_of(owner))


def test_other_ways_in_can_be_ended(owner, stranger, page_of):
    mine = connect(user=owner, uid="ada", email="ada@example.org", at=timezone.now())
    connect(user=stranger, uid="bob", email="bob@example.org", at=timezone.now())
    assert Markup(page_of(owner)).values("data-delete") == [f"/api/v1/auth/connections/{mine.pk}/"]


def test_a_finished_export_can_be_downloaded_from_here(owner, page_of):
    assert "data-export-state" not in page_of(owner).content.decode()
    export = request_export(user=owner, at=timezone.now())
    assert Markup(page_of(owner)).values("data-export-state") == ["queued"]
    export_account(export_id=export.pk)
    answer = page_of(owner)
    assert Markup(answer).values("data-export-state") == ["ready"]
    [link] = [attributes["href"] for _, attributes in Markup(answer).tags if "download" in attributes]
    assert link.startswith("/media/")
    assert Client().get(link).status_code == 200
