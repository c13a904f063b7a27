"""What goes out by mail."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.utils import timezone

from accounts import services, tasks
from accounts.adapter import AccountAdapter
from accounts.models import User
from accounts.services.registration import confirm_address
from conftest import PASSWORD

pytestmark = pytest.mark.django_db


def links(text: str) -> set[str]:
    return set(re.findall(r"https?://[^\s\"<>]+", text))


def html_of(message) -> str:
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return html


def test_the_confirmation_goes_to_the_address_in_two_parts_with_one_link(newcomer):
    tasks.mail_verification(user_id=newcomer.pk)
    [message] = mail.outbox
    assert message.to == ["newcomer@example.org"]
    assert message.subject == "Confirm your e-mail address for Earshot"
    [link] = {link for link in links(message.body) if "key=" in link}
    assert link.startswith("http://earshot.test/verify-email/#key=")
    assert link in {found.rstrip(".") for found in links(html_of(message))}


def test_the_key_in_the_mail_confirms_once(newcomer, at):
    tasks.mail_verification(user_id=newcomer.pk)
    link = next(link for link in links(mail.outbox[0].body) if "key=" in link)
    [key] = parse_qs(urlsplit(link).fragment)["key"]
    services.verify_email(key=key, at=at)
    with pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=key, at=at)


def test_the_host_of_the_request_gets_into_no_mail(api, registration, settings, django_capture_on_commit_callbacks):
    settings.ALLOWED_HOSTS = ["evil.example"]
    settings.CELERY_TASK_ALWAYS_EAGER = True
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "origin": "https://evil.example"}
    assert api.post("/api/v1/auth/register/", registration, headers=headers).status_code == 202
    tasks.mail_verification(user_id=User.objects.get(username="newcomer").pk)
    [message] = mail.outbox
    assert "evil.example" not in message.body + html_of(message) + str(message.message())


def test_nothing_is_mailed_to_whom_has_nothing_to_confirm(owner):
    tasks.mail_verification(user_id=owner.pk)
    tasks.mail_verification(user_id=0)
    assert mail.outbox == []


def test_no_key_is_mailed_for_an_address_that_somebody_else_has_confirmed(registration, newcomer, at):
    services.register(**registration | {"username": "second"}, at=at)
    confirm_address(user=newcomer, at=at)
    tasks.mail_verification(user_id=User.objects.get(username="second").pk)
    assert mail.outbox == []


def test_the_owner_of_a_tried_address_is_told_in_two_parts(owner):
    tasks.mail_address_tried(user_id=owner.pk)
    [message] = mail.outbox
    assert message.to == ["owner@example.org"]
    assert "http://earshot.test/owner/" in message.body
    assert "http://earshot.test/owner/" in html_of(message)
    assert "key=" not in message.body + html_of(message)


def test_a_suspended_owner_is_not_told(suspended):
    tasks.mail_address_tried(user_id=suspended.pk)
    assert mail.outbox == []


def test_what_stands_in_a_mail_is_escaped_in_html_and_plain_in_text(newcomer, settings):
    settings.INSTANCE_NAME = "Fish & <b>Chips</b>"
    tasks.mail_verification(user_id=newcomer.pk)
    [message] = mail.outbox
    assert message.subject == "Confirm your e-mail address for Fish & <b>Chips</b>"
    assert "Fish &amp; &lt;b&gt;Chips&lt;/b&gt;" in html_of(message)


def test_tasks_take_facts_that_are_added_later(newcomer):
    tasks.mail_verification(user_id=newcomer.pk, added_later=1)
    tasks.mail_address_tried(user_id=newcomer.pk, added_later=1)
    assert len(mail.outbox) == 2


def test_forgetting_twice_is_forgetting_once(latecomer, newcomer):
    assert tasks.forget_unverified() == 1
    assert tasks.forget_unverified() == 0
    assert User.objects.get_queryset().get() == newcomer
    assert newcomer.created_at > timezone.now() - timedelta(minutes=1)


def test_allauth_signs_nobody_up_and_links_to_our_page(newcomer, rf):
    adapter = AccountAdapter()
    assert adapter.is_open_for_signup(rf.get("/")) is False

    class Confirmation:
        key = "a:b"

    assert (
        adapter.get_email_confirmation_url(rf.get("/"), Confirmation()) == "http://earshot.test/verify-email/#key=a%3Ab"
    )
    assert newcomer.check_password(PASSWORD)
