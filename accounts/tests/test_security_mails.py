"""What a person is told of whether or not they want mails."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts import mails, services, tasks
from accounts.choices import Notice, Purpose
from accounts.events import NewDeviceUsed
from accounts.models import FormerAddress, MailedKey, User
from accounts.services.sessions import open_session
from accounts.tests.keys import NEW, key_for, spend
from config.lib.testing import emitted

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/{}.0"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/129.0 Mobile Safari/537.36"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def sign_in_from(user: User, user_agent: str, address: str, at) -> list:
    """What is told of a sign-in."""
    device = services.Device(user_agent=user_agent, address=address)
    with emitted() as events:
        open_session(user=User.objects.get(pk=user.pk), device=device, at=at)
    return events


def html_of(message) -> str:
    [(html, _)] = message.alternatives
    return html


def test_the_first_device_is_no_news_and_another_one_is(owner, at, session_of):
    assert sign_in_from(owner, FIREFOX.format(130), HOME, at) == []
    events = sign_in_from(owner, CHROME, HOME, at + timedelta(hours=1))
    assert events == [NewDeviceUsed(user_id=owner.pk, session_id=str(session_of(owner).pk))]
    assert sign_in_from(owner, CHROME, ELSEWHERE, at + timedelta(hours=2)) == []


@pytest.mark.parametrize(
    ("user_agent", "address", "is_news"),
    [
        (FIREFOX.format(130), HOME, False),
        (FIREFOX.format(130), ELSEWHERE, False),  # the same program on the way
        (FIREFOX.format(131), HOME, False),  # the program was updated at home
        (FIREFOX.format(131), ELSEWHERE, True),
        (CHROME, HOME, True),
        ("", HOME, True),
    ],
)
def test_a_device_is_known_by_its_program_or_by_its_kind_at_the_same_address(owner, at, user_agent, address, is_news):
    sign_in_from(owner, FIREFOX.format(130), HOME, at)
    assert bool(sign_in_from(owner, user_agent, address, at)) == is_news


def test_devices_of_others_are_not_known(owner, stranger, at):
    sign_in_from(stranger, CHROME, HOME, at)
    sign_in_from(owner, FIREFOX.format(130), HOME, at)
    assert sign_in_from(owner, CHROME, HOME, at)


def test_a_new_device_is_told_with_what_it_is_where_and_when(owner, at, session_of):
    sign_in_from(owner, CHROME, ELSEWHERE, at)
    tasks.mail_new_device(user_id=owner.pk, session_id=str(session_of(owner).pk))
    [message] = mail.outbox
    assert message.to == ["owner@example.org"]
    for text in (message.body, html_of(message)):
        assert "Chrome on Android" in text
        assert ELSEWHERE in text
        assert "http://earshot.test/forgot-password/" in text
    tasks.mail_new_device(user_id=owner.pk + 1, session_id=str(session_of(owner).pk))
    assert len(mail.outbox) == 1


def test_what_a_device_says_of_itself_is_no_markup(owner, at, session_of):
    sign_in_from(owner, "<b>curl/1", HOME, at)
    tasks.mail_new_device(user_id=owner.pk, session_id=str(session_of(owner).pk))
    assert "<b>" not in html_of(mail.outbox[0])


@pytest.mark.parametrize(
    ("task", "subject"),
    [
        (tasks.mail_password_changed, "Your password was changed"),
        (tasks.mail_second_factor_added, "A second factor was added"),
        (tasks.mail_second_factor_removed, "A second factor was removed"),
    ],
)
def test_each_change_of_the_sign_in_is_told_in_two_parts(owner, task, subject):
    task(user_id=owner.pk, added_later=1)
    [message] = mail.outbox
    assert (message.subject, message.to) == (subject, ["owner@example.org"])
    assert "If it was not" in message.body
    assert "If it was not" in html_of(message)
    assert "key=" not in message.body + html_of(message)


@pytest.mark.parametrize("notice", Notice)
def test_every_notice_has_its_words(owner, notice):
    mails.send_security_notice(user_id=owner.pk, notice=notice)
    subject, sentence, remedy = mails.NOTICES[notice]
    [message] = mail.outbox
    assert message.subject == subject
    assert sentence in message.body
    assert remedy in html_of(message)


def test_the_address_that_was_left_is_told(owner, at):
    spend(Purpose.EMAIL_CHANGE, key_for(owner, Purpose.EMAIL_CHANGE, at), at)
    former = FormerAddress.objects.get()
    tasks.mail_email_changed(user_id=owner.pk, former_id=former.pk)
    tasks.mail_email_changed(user_id=owner.pk + 1, former_id=former.pk)
    [message] = mail.outbox
    assert message.to == ["owner@example.org"]
    assert NEW not in str(message.message())


def test_who_is_suspended_is_told_too_and_who_never_confirmed_is_not(owner, newcomer, at):
    services.suspend_user(user=owner, reason="Spam.", at=at)
    for user in (owner, newcomer):
        tasks.mail_password_changed(user_id=user.pk)
    tasks.mail_password_changed(user_id=0)
    assert [message.to for message in mail.outbox] == [["owner@example.org"]]


# --- mails with keys


def test_a_reset_goes_to_the_address_of_the_account_with_the_same_key_however_often(owner, at):
    key = key_for(owner, Purpose.PASSWORD_RESET, at, email="")
    for _ in range(2):
        tasks.mail_password_reset(key_id=str(MailedKey.objects.get().pk), added_later=1)
    assert [message.to for message in mail.outbox] == [["owner@example.org"]] * 2
    link = f"http://earshot.test/reset-password/#key={key}"
    assert all(link in message.body and f'href="{link}"' in html_of(message) for message in mail.outbox)


@pytest.mark.parametrize("befall", ["used", "outdated", "too late", "nobody's", "another purpose"])
@pytest.mark.parametrize("purpose", Purpose)
def test_a_key_that_is_worth_nothing_is_not_mailed(owner, at, purpose, befall):
    key = key_for(owner, purpose, at)
    row = MailedKey.objects.get()
    if befall == "used":
        spend(purpose, key, at)
    elif befall == "outdated":
        services.suspend_user(user=owner, reason="Spam.", at=at)
    elif befall == "too late":
        MailedKey.objects.update(expires_at=at)
    elif befall == "nobody's":
        MailedKey.objects.update(user=None)
    else:
        [other] = set(Purpose) - {purpose}
        MailedKey.objects.update(purpose=other)
    mail.outbox.clear()
    task = tasks.mail_password_reset if purpose == Purpose.PASSWORD_RESET else tasks.mail_email_change
    task(key_id=str(row.pk))
    assert mail.outbox == []


def test_the_owner_of_a_wanted_address_gets_the_news_and_no_key(owner, stranger, at):
    key_for(owner, Purpose.EMAIL_CHANGE, at, email=stranger.email)
    tasks.mail_email_change(key_id=str(MailedKey.objects.get().pk))
    [message] = mail.outbox
    assert message.to == [stranger.email]
    assert "key=" not in message.body + html_of(message)
    assert "owner" not in message.body + html_of(message)


def test_dates_are_written_as_the_reader_writes_them(owner, at, session_of):
    sign_in_from(owner, CHROME, HOME, at.replace(month=3, day=4, hour=15, minute=30))
    for locale in ("en", "de", "de-AT", "no such language", ""):
        User.objects.filter(pk=owner.pk).update(locale=locale[:12])
        tasks.mail_new_device(user_id=owner.pk, session_id=str(session_of(owner).pk))
    english, german, austrian, unknown, none = [message.body for message in mail.outbox]
    assert "March 4, 2026" in english
    assert "4. März 2026" in german
    assert "4. März 2026" in austrian
    assert unknown == none == english
