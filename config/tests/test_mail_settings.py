"""EMAIL_URL names a mail server, or a service that django-anymail knows, or nothing that production starts with."""

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from config import env
from config.tests.test_settings import LOAD, run


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtp://mail:1025", ("mail", 1025, "", "", False, False)),
        ("smtp://mail", ("mail", 25, "", "", False, False)),
        ("smtp+tls://ada%40x:p%3Aw@mail:587", ("mail", 587, "ada@x", "p:w", True, False)),
        ("smtp+tls://mail", ("mail", 587, "", "", True, False)),
        ("smtp+ssl://ada:pw@mail", ("mail", 465, "ada", "pw", False, True)),
    ],
)
def test_a_mail_server_is_reached_as_its_address_says(url, told):
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    made = env.mail(url)
    assert tuple(made[f"EMAIL_{name}"] for name in names) == told
    assert made["EMAIL_BACKEND"].endswith("smtp.EmailBackend")


@pytest.mark.parametrize(
    ("url", "backend", "told"),
    [
        ("anymail+postmark:///?server_token=a%2Fb", "postmark", {"POSTMARK_SERVER_TOKEN": "a/b"}),
        (
            "anymail+mailgun:///?api_key=k&sender_domain=mg.example.org",
            "mailgun",
            {"MAILGUN_API_KEY": "k", "MAILGUN_SENDER_DOMAIN": "mg.example.org"},
        ),
        ("anymail+amazon-ses:///", "amazon_ses", {}),
    ],
)
def test_a_mail_service_gets_its_settings_from_its_address(url, backend, told):
    made = env.mail(url)
    assert issubclass(import_string(made["EMAIL_BACKEND"]), BaseEmailBackend)
    assert made["EMAIL_BACKEND"] == f"anymail.backends.{backend}.EmailBackend"
    assert made["ANYMAIL"] == {**told, "REQUESTS_TIMEOUT": (3, 10)}


def test_production_speaks_to_the_mail_service_of_its_address():
    look = "; print(settings.EMAIL_BACKEND, settings.ANYMAIL['POSTMARK_SERVER_TOKEN'])"
    ended = run("-c", LOAD + look, EMAIL_URL="anymail+postmark:///?server_token=made-up")
    assert "anymail.backends.postmark.EmailBackend made-up" in ended.stdout, ended.stderr


@pytest.mark.parametrize("url", ["anymail+carrier-pigeon:///", "anymail+:///", "anymail+test:///", "anymail+..:///"])
def test_a_mail_service_that_is_not_known_is_refused(url):
    with pytest.raises(SystemExit, match="EMAIL_URL names a mail service"):
        env.mail(url)


@pytest.mark.parametrize("url", ["mail.example.org:25", "https://mail", "smtp://", "smtp+starttls://mail", "console:"])
def test_an_address_of_no_mail_server_is_refused(url):
    with pytest.raises(SystemExit, match="EMAIL_URL"):
        env.mail(url)
