"""One's own account over HTTP."""

import pytest

from accounts.models import User
from accounts.serializers import OwnAccount
from accounts.serializers.profile import time_zones

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/"
LINK = {"title": "Home", "url": "https://example.org/"}


@pytest.fixture
def me(owner, sign_in):
    return sign_in(owner)


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("display_name", "  The  Owner\u202e ", "The  Owner"),
        ("display_name", "", "owner"),
        ("bio", "one\r\ntwo", "one\ntwo"),
        ("city", "e\u0301vora", "évora"),
        ("country", "pt", "PT"),
        ("country", "", ""),
        ("links", [LINK, {"url": "http://a.example"}], [LINK, {"title": "", "url": "http://a.example"}]),
        ("links", [], []),
        ("genres", ["Dub", "dub", "Drum & Bass"], ["dub", "drum & bass"]),
        ("role", "artist", "artist"),
        ("likes_public", False, False),
        ("followings_public", False, False),
        ("messages_from", "followings", "followings"),
        ("messages_from", "nobody", "nobody"),
        ("discoverable", False, False),
        ("timezone", "Europe/Lisbon", "Europe/Lisbon"),
        ("locale", "PT-br", "pt-BR"),
        ("locale", "ZH-hant-tw", "zh-Hant-TW"),
        ("locale", "es-419", "es-419"),
    ],
)
def test_a_field_is_kept_in_one_spelling_and_nothing_else_moves(me, owner, field, sent, kept):
    before = me.get(ME).json()
    answer = me.patch(ME, {field: sent})
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    assert list(answer.json()) == list(OwnAccount().fields)
    assert answer.json() == before | {field: kept} == me.get(ME).json()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *((field, None, "null") for field in ("display_name", "bio", "city", "country", "links", "genres")),
        *((field, None, "null") for field in ("role", "messages_from", "timezone", "locale")),
        ("discoverable", None, "null"),
        ("display_name", "a" * 61, "max_length"),
        ("display_name", "a\nb", "control_characters"),
        ("bio", "a" * 2001, "max_length"),
        ("bio", "a\x07b", "control_characters"),
        ("country", "XX", "country_unknown"),
        ("country", "Portugal", "max_length"),
        ("links", [LINK] * 11, "max_length"),
        ("links", "https://example.org", "not_a_list"),
        ("links", [{"title": "Home"}], "required"),
        ("links", [LINK | {"rel": "me"}], "unknown"),
        ("links", [{"url": "javascript:alert(1)"}], "invalid"),
        ("links", [{"url": "ftp://example.org/"}], "invalid"),
        ("links", [{"url": "https://example.org/" + "a" * 490}], "max_length"),
        ("genres", [str(number) for number in range(11)], "max_length"),
        ("genres", [""], "blank"),
        ("genres", ["a" * 41], "max_length"),
        ("role", "admin", "invalid_choice"),
        ("likes_public", "perhaps", "invalid"),
        ("messages_from", "friends", "invalid_choice"),
        ("timezone", "Mars/Olympus", "timezone_unknown"),
        ("timezone", "", "blank"),
        ("timezone", "../../etc/passwd", "timezone_unknown"),
        ("timezone", "localtime", "timezone_unknown"),
        ("locale", "", "blank"),
        ("locale", "english!", "locale_grammar"),
        *((field, "x", "unknown") for field in ("username", "email", "plan", "id", "verified", "is_staff", "nothing")),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field_and_nothing_is_written(me, owner, field, value, code):
    before = me.get(ME).json()
    body = me.problem(me.patch(ME, {"bio": "new", field: value}), status=400, code="invalid")
    assert code in {error["code"] for error in body["errors"]}, body["errors"]
    assert all(error["field"].split(".")[0] == field for error in body["errors"])
    assert me.get(ME).json() == before


@pytest.mark.parametrize("body", [[], "words", 7])
def test_a_body_that_is_no_object_is_refused(me, body):
    me.problem(me.patch(ME, body), status=400, code="invalid")


def test_an_artist_stays_one(me):
    assert me.patch(ME, {"role": "artist"}).status_code == 200
    me.problem(me.patch(ME, {"role": "listener"}), status=409, code="artists_stay")
    assert me.get(ME).json()["role"] == "artist"


def test_time_zones_are_those_that_the_machine_knows():
    assert {"UTC", "Europe/Lisbon", "America/Argentina/ComodRivadavia"} <= time_zones()
    assert max(map(len, time_zones())) <= User._meta.get_field("timezone").max_length
