"""Whose budget it is."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.models import User
from config.lib.limits import address_subject, caller_subject
from config.lib.limits.subjects import name_subject


def call_from(address: str, **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("203.0.113.9", "address:203.0.113.9"),
        ("::ffff:203.0.113.9", "address:203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "address:2001:db8:1:2::"),
        ("2001:db8:1:3::1", "address:2001:db8:1:3::"),
        ("", "address:"),
    ],
)
def test_an_address_is_an_ipv4_address_or_an_ipv6_network(address, subject):
    assert address_subject(call_from(address)) == subject


def test_who_is_signed_in_is_an_account_wherever_it_calls_from():
    assert caller_subject(call_from("203.0.113.9"), User(pk=7)) == "account:7"
    assert caller_subject(call_from("203.0.113.9"), AnonymousUser()) == "address:203.0.113.9"


def test_a_name_is_not_legible_in_its_subject():
    assert name_subject("ada@example.org") == name_subject("ada@example.org") != name_subject("ada")
    assert "ada" not in name_subject("ada@example.org")


def test_a_name_cannot_be_found_out_without_the_key(settings):
    before = name_subject("ada@example.org")
    settings.SECRET_KEY = "another-" + "k" * 40
    assert name_subject("ada@example.org") != before
