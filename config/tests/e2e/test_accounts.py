"""What people do with their accounts in a browser: settings, credentials, a second factor, Google, taking leave."""

import re
from base64 import b32decode

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.tests.e2e.visitors import log_in
from conftest import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SECURITY = "/settings/security/"
NEW_PASSWORD = "another quiet sentence"


def panel(page: Page, title: str):
    """The part of a page under that heading."""
    return page.locator("section.panel").filter(has=page.get_by_role("heading", name=title, exact=True))


def open_mailed_link(page: Page, address: str) -> None:
    """Follow the newest link to that address out of this installation's mailbox, as soon as the mail is there."""
    link = page.get_by_role("link", name=re.compile(address)).first
    for _ in range(60):
        page.goto("/dev/mail/")
        if link.count():
            return link.click()
        page.wait_for_timeout(250)
    raise AssertionError("no mail has come")


def code_of(secret: str, *, ahead_s: int = 0) -> str:
    """What an authenticator app shows."""
    moment = int(timezone.now().timestamp()) + ahead_s
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(moment).decode()  # noqa: S303 -- the standard's


def test_profile_privacy_name_and_tokens_are_changed_where_they_are_shown(visit, owner):
    page = visit.signed_in("owner")
    page.goto("/settings/")
    profile = panel(page, "Profile")
    profile.get_by_label("Name").fill("Quiet Fox")
    profile.get_by_label("Links").fill("My site https://fox.example/\nhttps://den.example/")
    profile.get_by_label("I am an artist").check()
    profile.get_by_role("button", name="Save").click()
    expect(profile.get_by_text("Saved.")).to_be_visible()
    privacy = panel(page, "Privacy")
    privacy.get_by_label("Others see whom I follow").uncheck()
    privacy.get_by_role("button", name="Save").click()
    expect(privacy.get_by_text("Saved.")).to_be_visible()
    name = panel(page, "Username")
    name.get_by_label("Username").fill("adm1n")
    name.get_by_role("button", name="Change").click()
    expect(name.get_by_label("Username")).to_have_accessible_description(re.compile("not to be had"))
    name.get_by_label("Username").fill("quiet-fox")
    name.get_by_role("button", name="Change").click()
    expect(name.get_by_text("Saved.")).to_be_visible()
    page.goto("/owner/")
    expect(page).to_have_url(re.compile("/quiet-fox/$"))
    expect(page.get_by_role("heading", name="Quiet Fox")).to_be_visible()
    page.goto("/settings/")
    expect(panel(page, "Privacy").get_by_label("Others see whom I follow")).not_to_be_checked()
    programs = panel(page, "Programs")
    programs.get_by_label("What is it for?").fill("backup script")
    programs.get_by_role("button", name="Make a token").click()
    expect(programs.get_by_text("Keep it now")).to_be_visible()
    token = programs.locator("[data-token]").inner_text()
    assert status_with(page, token) == 200
    page.reload()
    panel(page, "Programs").get_by_role("button", name="Revoke").click()
    expect(panel(page, "Programs").get_by_role("button", name="Revoke")).to_have_count(0)
    assert status_with(page, token) == 401


def status_with(page: Page, token: str) -> int:
    """What the API answers to a program with this token."""
    return page.request.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"}).status


def test_a_forgotten_password_is_chosen_anew_by_the_mailed_link(visit, owner):
    page = visit.page()
    page.goto("/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_focused()
    open_mailed_link(page, "reset-password")
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("alert")).to_contain_text("10 characters")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    log_in(page, "owner", NEW_PASSWORD)


def test_password_and_address_are_changed_and_other_devices_end(visit, owner):
    elsewhere = visit.signed_in("owner")
    page = visit.signed_in("owner")
    page.goto("/settings/")
    page.get_by_role("link", name="Password, e-mail").click()
    password = panel(page, "Password")
    password.get_by_label("Password of today").fill("not the password")
    password.get_by_label("New password").fill(NEW_PASSWORD)
    password.get_by_role("button").click()
    expect(password.get_by_role("alert")).to_be_visible()
    password.get_by_label("Password of today").fill(PASSWORD)
    password.get_by_role("button").click()
    expect(password.get_by_text("Changed.")).to_be_visible()
    elsewhere.goto("/settings/")
    expect(elsewhere).to_have_url(re.compile("/login/"))
    email = panel(page, "E-mail")
    email.get_by_label("New address").fill("fox@example.org")
    email.get_by_label("Password for the change").fill(NEW_PASSWORD)
    email.get_by_role("button").click()
    expect(email.get_by_text("A link is on its way")).to_be_visible()
    open_mailed_link(page, "change-email")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Your new address is confirmed")).to_be_visible()
    elsewhere.goto("/login/")
    log_in(elsewhere, "fox@example.org", NEW_PASSWORD)
    elsewhere.goto(SECURITY)
    expect(panel(elsewhere, "E-mail")).to_contain_text("fox@example.org")


def test_a_second_factor_is_set_up_asked_for_and_turned_off(visit, owner):
    page = visit.signed_in("owner")
    page.goto(SECURITY)
    factor = panel(page, "Second factor")
    factor.get_by_role("button", name="Set it up").click()
    assert factor.get_by_role("img", name="QR code").evaluate("image => image.decode().then(() => image.naturalWidth)")
    secret = factor.locator("[data-secret]").inner_text()
    factor.get_by_label("First code of the app").fill(code_of(secret))
    factor.get_by_role("button", name="Turn it on").click()
    codes = factor.locator("[data-codes-list]")
    expect(codes).to_be_visible()
    [recovery, *_] = codes.inner_text().split()
    other = visit.page()
    other.goto("/login/")
    other.get_by_label("Username or e-mail").fill("owner")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_label("Code of the authenticator app")).to_be_focused()
    other.get_by_label("Code of the authenticator app").fill("000000")
    other.get_by_role("button", name="Log in").click()
    expect(other.get_by_role("alert")).to_be_visible()
    other.get_by_label("Code of the authenticator app").fill(recovery)
    other.get_by_role("button", name="Log in").click()
    expect(other.locator("[data-signed-in]")).to_be_visible()
    other.goto(SECURITY)
    other.get_by_label("Code of the app, or a recovery code").fill(code_of(secret, ahead_s=30))
    other.get_by_role("button", name="Turn the second factor off").click()
    expect(other.get_by_role("button", name="Set it up")).to_be_visible()


def test_everything_is_taken_along_and_who_leaves_may_come_back(visit, owner):
    page = visit.signed_in("owner")
    page.goto(SECURITY)
    panel(page, "Take everything along").get_by_role("button").click()
    expect(page.get_by_text("It is being made")).to_be_visible()
    link = page.get_by_role("link", name="download it")
    for _ in range(60):
        page.reload()
        if link.count():
            break
        page.wait_for_timeout(500)
    with page.expect_download() as arriving:
        link.click()
    assert arriving.value.path().read_bytes().startswith(b"PK")
    page.get_by_label("Password, to delete the account").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("link", name="Join").first).to_be_visible()
    assert page.request.get("/owner/").status == 404
    page.goto("/login/")
    log_in(page, "owner")
    assert page.request.get("/owner/").status == 200
