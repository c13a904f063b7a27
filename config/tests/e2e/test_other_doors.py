"""The doors that need somebody else: "Continue with Google" and the captcha, each with its service on loopback."""

import re

import pytest
from django.db import connection
from playwright.sync_api import expect

from config.standins.oidc import Provider
from config.standins.recaptcha import Recaptcha
from config.tests.e2e.house import running_house
from config.tests.e2e.visitors import Visitors
from conftest import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def captcha(tmp_path_factory):
    with Recaptcha(tmp_path_factory.mktemp("captcha")) as standin:
        yield standin


@pytest.fixture(scope="module")
def neighbourly_house(issuer, captcha, chromium, django_db_setup, django_db_blocker):
    """A server that lets people in with Google, and asks for a captcha."""
    with django_db_blocker.unblock():
        database_name = connection.settings_dict["NAME"]
    added = {
        "GOOGLE_CLIENT_ID": "earshot",
        "GOOGLE_CLIENT_SECRET": "not-looked-at",
        "GOOGLE_ISSUER": issuer.issuer,
        "RECAPTCHA_SITE_KEY": "site",
        "RECAPTCHA_SECRET": captcha.secret,
        "RECAPTCHA_DOMAIN": captcha.domain,
        "SSL_CERT_FILE": str(captcha.certificate),
    }
    with running_house(database_name=database_name, added=added) as running:
        yield running


@pytest.fixture
def page(neighbourly_house, issuer: Provider, captcha: Recaptcha, chromium, transactional_db):
    neighbours = (f"{issuer.issuer}/", f"https://{captcha.domain}/")
    with Visitors(chromium=chromium, url=neighbourly_house.url, neighbours=neighbours) as visitors:
        yield visitors.context(ignore_https_errors=True).new_page()
    visitors.check_complaints()


def test_somebody_comes_in_with_google_and_again(page, issuer):
    issuer.knows("ada", email="ada@example.org", email_verified=True, name="Ada Lovage")
    for _ in ("the first time an account is made", "the second time it is found"):
        page.goto("/login/?next=/upload/")
        page.get_by_role("button", name="Continue with Google").click()
        page.wait_for_url(re.compile("/oauth2/authorize"))
        page.get_by_placeholder("sub").fill("ada")
        page.get_by_role("button", name="Authorize").click()
        expect(page.get_by_role("heading", name="Upload a track")).to_be_visible()
        expect(page.locator("[data-signed-in]")).to_contain_text("Ada Lovage")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("link", name="Join").first).to_be_visible()


def test_who_joins_shows_that_they_are_a_person(page):
    page.goto("/join/")
    page.get_by_label("E-mail").fill("fox@example.org")
    page.get_by_label("Username").fill("quiet-fox")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert")).to_contain_text("captcha")
    page.reload()
    page.get_by_label("E-mail").fill("fox@example.org")
    page.get_by_label("Username").fill("quiet-fox")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I am a person").check()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
