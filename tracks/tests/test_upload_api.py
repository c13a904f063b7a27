"""POST tracks/: a multipart form becomes a queued track, or says what is wrong with it."""

import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from config.lib.testing import Api, emitted
from tracks.events import SoundQueued
from tracks.models import Track
from tracks.tests.conftest import owned, stored

pytestmark = pytest.mark.django_db

PATH = "/api/v1/tracks/"


@pytest.fixture
def send(sign_in, owner, tone):
    """Posts the tone with these fields and answers the response."""
    client = sign_in(owner)

    def post(**fields):
        audio = SimpleUploadedFile("tone.wav", tone.read_bytes(), content_type="audio/wav")
        form = {"audio": audio, **fields}
        return client.post(PATH, {name: value for name, value in form.items() if value is not None}, format="multipart")

    return post


def refused(answer) -> set[tuple[str, str]]:
    """(field, code) of what a 400 complains about; nothing was stored."""
    problem = Api().problem(answer, status=400, code="invalid")
    assert stored() == set()
    assert not Track.objects.exists()
    return {(error["field"], error["code"]) for error in problem["errors"]}


def test_a_file_alone_is_enough(send, tone):
    with emitted() as events:
        answer = send()
    assert answer.status_code == 201, answer.content
    body, track = answer.json(), Track.objects.get()
    assert answer["Location"] == f"/api/v1/tracks/{track.pk}/"
    assert answer["Cache-Control"] == "private, no-cache"
    assert (body["state"], body["title"], body["visibility"]) == ("queued", "tone", "public")
    assert (body["comments_enabled"], body["downloadable"], body["explicit"]) == (True, False, False)
    assert body["manage"]["original"] == {
        "filename": "tone.wav",
        "bytes": tone.stat().st_size,
        **dict.fromkeys(("sha256", "codec", "sample_rate_hz", "channels", "bit_depth")),
    }
    assert events == [SoundQueued(sound_id=track.sounds.get().pk, track_id=track.pk, owner_id=track.owner_id)]


def test_the_file_is_stored_untouched(send, tone):
    send()
    [key] = stored()
    assert stored() == owned()
    with default_storage.open(key) as file:
        assert file.read() == tone.read_bytes()


def test_every_field_is_taken(send):
    said = {
        "title": "Night bus",
        "permalink": "night-bus",
        "artist": "The Owner",
        "credits": json.dumps([{"name": "Ada", "role": "piano"}, {"name": "Bo"}]),
        "description": "First line\r\nsecond line",
        "genre": "Ambient",
        "tags": ["Slow", "slow", "PIANO"],
        "license": "cc-by",
        "purchase_url": "https://shop.example/night?x=1",
        "audience": "subscribers",
        "visibility": "unlisted",
        "downloadable": "true",
        "comments_enabled": "false",
        "explicit": "true",
        "release_date": "2026-01-31",
        "isrc": "qz-es1-26-00001",
        "bpm": "98.50",
        "key": "F# minor",
    }
    body = send(**said).json()
    expected = {
        **said,
        "credits": [{"name": "Ada", "role": "piano"}, {"name": "Bo", "role": ""}],
        "description": "First line\nsecond line",
        "tags": ["slow", "piano"],
        "downloadable": True,
        "comments_enabled": False,
        "explicit": True,
        "isrc": "QZES12600001",
        "bpm": 98.5,
    }
    assert {name: body[name] for name in expected} == expected


@pytest.mark.parametrize("name", ["title", "artist", "genre", "description", "license", "purchase_url", "isrc", "tags"])
def test_an_empty_field_of_a_form_was_left_out(send, name):
    assert send(**{name: ""}).status_code == 201
    assert Track.objects.get().title == "tone"


@pytest.mark.parametrize(
    ("fields", "complaints"),
    [
        ({"audio": None}, {("audio", "required")}),
        ({"audio": "just text"}, {("audio", "invalid")}),
        ({"title": "x" * 201}, {("title", "max_length")}),
        ({"title": "a\0b"}, {("title", "control_characters")}),
        ({"title": "a\nb"}, {("title", "control_characters")}),
        ({"title": "a\u2028b"}, {("title", "control_characters")}),
        ({"title": "\u202e\u200b"}, {("title", "blank")}),
        ({"description": "a\x07b"}, {("description", "control_characters")}),
        ({"description": "x" * 5001}, {("description", "max_length")}),
        ({"permalink": "Night Bus"}, {("permalink", "permalink_grammar")}),
        ({"permalink": "-"}, {("permalink", "permalink_grammar")}),
        ({"permalink": "n" * 101}, {("permalink", "max_length")}),
        ({"tags": [f"tag {number}" for number in range(31)]}, {("tags", "max_length")}),
        ({"tags": ["a", "b", "x" * 41]}, {("tags.2", "max_length")}),
        ({"tags": ["\u0130" * 21]}, {("tags.0", "max_length")}),
        ({"tags": ["a\0"]}, {("tags.0", "control_characters")}),
        ({"credits": "no json"}, {("credits", "not_json")}),
        ({"credits": '{"name": "Ada"}'}, {("credits", "not_a_list")}),
        ({"credits": '[{"role": "piano"}]'}, {("credits.0.name", "required")}),
        ({"credits": '[{"name": "a\\u0000"}]'}, {("credits.0.name", "control_characters")}),
        ({"credits": json.dumps([{"name": "Ada"}] * 51)}, {("credits", "max_length")}),
        ({"credits": "[" * 2000}, {("credits", "not_json")}),
        ({"license": "mine"}, {("license", "invalid_choice")}),
        ({"visibility": "secret"}, {("visibility", "invalid_choice")}),
        ({"purchase_url": "javascript:alert(1)"}, {("purchase_url", "invalid")}),
        ({"purchase_url": "ftp://shop.example/"}, {("purchase_url", "invalid")}),
        ({"downloadable": "perhaps"}, {("downloadable", "invalid")}),
        ({"release_date": "soon"}, {("release_date", "invalid")}),
        ({"isrc": "12345"}, {("isrc", "isrc_grammar")}),
        ({"bpm": "0"}, {("bpm", "min_value")}),
        ({"bpm": "1000"}, {("bpm", "max_whole_digits")}),
        ({"bpm": "NaN"}, {("bpm", "invalid")}),
        ({"bpm": "9" * 400}, {("bpm", "max_digits")}),
        ({"title": ["a", "b"]}, {("title", "repeated")}),
        ({"secret_token": "mine"}, {("secret_token", "unknown")}),
        ({"owner": "2", "state": "ready", "published_at": "2020-01-01"}, {
            ("owner", "unknown"), ("state", "unknown"), ("published_at", "unknown"),
        }),
    ],
)  # fmt: skip
def test_a_form_that_is_wrong_says_where(send, fields, complaints):
    assert refused(send(**fields)) == complaints


def test_direction_marks_are_dropped_and_html_stays_text(send):
    body = send(title="\u202e<b>gnp.exe</b>\u202c", artist="e\u0301").json()
    assert body["title"] == "<b>gnp.exe</b>"
    assert body["artist"] == "é"


def test_an_empty_file_is_refused(sign_in, owner):
    client = sign_in(owner)
    empty = SimpleUploadedFile("empty.wav", b"")
    client.problem(client.post(PATH, {"audio": empty}, format="multipart"), status=400, code="audio_empty")
    assert stored() == set()


def test_a_file_over_the_limit_is_refused(send, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    problem = Api().problem(send(), status=413, code="audio_too_large")
    assert problem["limit_bytes"] == 1000
    assert stored() == set()


def test_a_taken_address_is_refused_and_stores_nothing(send):
    assert send(permalink="night").status_code == 201
    before = stored()
    Api().problem(send(permalink="night"), status=409, code="permalink_taken")
    Api().problem(send(permalink="sets"), status=409, code="permalink_reserved")
    assert stored() == before == owned()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("../../etc/passwd.wav", 201),
        ("..\\\\x.wav", 201),
        ("/abs.wav", 201),
        ("<script>.wav", 201),
        ("a\u202eb\x07.wav", 201),
        ("x" * 300 + ".wav", 201),
        ("..", 400),
        ("", 400),
    ],
)
def test_the_client_names_no_path(sign_in, owner, tone, name, status):
    head = f'--b\r\nContent-Disposition: form-data; name="audio"; filename="{name}"\r\n\r\n'
    body = head.encode() + tone.read_bytes() + b"\r\n--b--\r\n"
    answer = sign_in(owner).generic("POST", PATH, body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == status, answer.content
    assert stored() == owned()
    assert all(key.startswith("sounds/") and key.endswith("/original") for key in stored())


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
def test_other_bodies_than_forms_and_json_are_not_read(sign_in, owner, content_type):
    client = sign_in(owner)
    answer = client.generic("POST", PATH, b"{}", content_type=content_type)
    client.problem(answer, status=415, code="unsupported_media_type")


def test_nobody_uploads_without_signing_in(api, tone):
    answer = api.post(PATH, {"audio": SimpleUploadedFile("tone.wav", tone.read_bytes())}, format="multipart")
    api.problem(answer, status=401, code="not_authenticated")
    assert stored() == set()


def test_a_form_signed_in_by_cookie_needs_the_proof_of_its_origin(browser, owner, tone):
    client = browser(owner)
    client.handler.enforce_csrf_checks = True
    form = {"audio": SimpleUploadedFile("tone.wav", tone.read_bytes())}
    client.problem(client.post(PATH, form, format="multipart"), status=403, code="csrf_failed")
    assert stored() == set()
    client.cookies["earshot_csrf"] = "c" * 32
    form = {"audio": SimpleUploadedFile("tone.wav", tone.read_bytes())}
    answer = client.post(PATH, form, format="multipart", headers={"x-csrftoken": "c" * 32})
    assert answer.status_code == 201, answer.content
