"""The site as apps and pages read it."""

from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client

from accounts.mails import send_address_tried
from accounts.models import Instance
from config.composed.instance import InstanceDetail
from config.tests.markup import Markup, assert_tame

pytestmark = pytest.mark.django_db

INSTANCE = "/api/v1/instance/"
WORDS = {
    "name": "Fjord & <b>Bay</b>",
    "description": "Slow music.",
    "logo_url": "https://example.org/logo.svg",
    "contact": "captain@example.org",
    "rules": "Be kind.\nNo spam.",
    "terms_version": "3",
    "terms_text": "Play fair.\n<script>alert(1)</script>",
    "registration": "invite",
    "invites_a_month": 2,
}


@pytest.fixture
def fjord() -> Instance:
    return Instance.objects.create(**WORDS)


@pytest.fixture
def own_plan(default_plan):
    type(default_plan).objects.update(upload_minutes=60)


def test_the_answer_is_what_its_declaration_says(api, default_plan):
    body = api.get(INSTANCE).json()
    assert list(body) == list(InstanceDetail().fields)
    for part in ("limits", "features", "client_keys"):
        assert list(body[part]) == list(InstanceDetail().fields[part].fields)
    assert (body["name"], body["terms_version"], body["registration"]) == ("Earshot", "1", "open")
    assert (body["logo_url"], body["rules"], body["client_keys"]) == (None, [], {"captcha": None, "google": None})
    assert not any(body["features"].values())


def test_it_says_what_the_operator_wrote_and_what_the_settings_make_of_it(api, fjord, own_plan, settings):
    settings.RECAPTCHA_SITE_KEY, settings.GOOGLE = "public-key", SimpleNamespace(client_id="client-id")
    settings.UPLOAD_MAX_BYTES = 17
    body = api.get(INSTANCE).json()
    assert {name: body[name] for name in ("name", "description", "logo_url", "contact", "registration")} == {
        name: WORDS[name] for name in ("name", "description", "logo_url", "contact", "registration")
    }
    assert (body["rules"], body["terms_version"]) == (["Be kind.", "No spam."], "3")
    assert body["limits"]["upload_bytes"] == 17
    assert body["limits"]["default_plan"]["upload_ms"] == 3_600_000
    assert "flac" in body["limits"]["formats"]
    assert body["client_keys"] == {"captcha": "public-key", "google": "client-id"}
    assert body["features"] == {"captcha": True, "google_sign_in": True, "direct_uploads": False, "invites": True}


def test_it_is_sent_again_only_when_it_has_changed(api, default_plan, django_assert_num_queries):
    with django_assert_num_queries(2):
        first = api.get(INSTANCE)
    assert first["Cache-Control"] == "public, no-cache"
    assert api.get(INSTANCE, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    Instance.objects.create(**WORDS)
    assert api.get(INSTANCE, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_pages_and_mails_call_the_site_by_its_name(fjord, owner):
    for path in ("/", "/login/", "/no-such-page/"):
        answer = Client().get(path)
        assert_tame(answer)
        assert WORDS["name"] in "".join(Markup(answer).text)
    send_address_tried(user_id=owner.pk)
    assert WORDS["name"] in mail.outbox[0].subject + mail.outbox[0].body


def test_the_page_to_join_asks_for_what_the_door_asks(fjord):
    asked = Markup(Client().get("/join/"))
    assert "invite" in asked.values("name")
    assert "3" in [field["value"] for tag, field in asked.tags if field.get("name") == "terms_version"]
    for registration, fields in (("open", {"email", "username"}), ("closed", set())):
        Instance.objects.update(registration=registration)
        answer = Client().get("/join/")
        assert_tame(answer)
        assert set(Markup(answer).values("name")) & {"invite", "email", "username"} == fields


def test_the_terms_are_a_page_where_there_are_some(fjord):
    answer = Client().get("/terms/")
    assert_tame(answer)
    assert "<script>alert(1)</script>" in "".join(Markup(answer).text)
    assert "No spam." in "".join(Markup(answer).text)
    assert "/terms/" in Markup(Client().get("/join/")).values("href")
    Instance.objects.update(terms_text="")
    assert Client().get("/terms/").status_code == 404
    assert "/terms/" not in Markup(Client().get("/join/")).values("href")


def test_the_source_of_what_runs_is_offered_where_the_operator_says_where_it_is(api, settings):
    address = "https://code.example.org/earshot"
    assert api.get("/api/v1/instance/").json()["source_url"] is None
    assert address not in Client().get("/").content.decode()
    settings.SOURCE_URL = address
    assert api.get("/api/v1/instance/").json()["source_url"] == address
    assert f'<a href="{address}">Source</a>' in Client().get("/").content.decode()
