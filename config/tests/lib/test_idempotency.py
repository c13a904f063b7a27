"""The same request under the same key happens once and is answered as it was the first time."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection
from django.test.client import encode_multipart
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.lib.idempotency import KEPT_FOR, SecretAnswer, file_facts
from config.models import IdempotencyKey
from config.tests.lib import groups
from config.tests.lib.groups import BROKEN, FORMS, GROUPS, MADE, OPEN, REFUSED, WAYS

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.tests.lib.groups")]

KEY = "5f1f0b5e-4c1c-4a27-9d5a-2f7f4d7f3a11"
SECOND = timedelta(seconds=1)


def send(client, *, then: str = "answer", path: str = GROUPS, key: str | None = KEY, **more):
    headers = {} if key is None else {"idempotency-key": key}
    return client.post(path, {"then": then}, headers=headers, **more)


def told(response) -> tuple[int, bytes, dict[str, str]]:
    """An answer without what each call has of its own: its name, the rest of its budget, that it is a repetition."""
    by_call = {"X-Request-ID", "RateLimit", "Idempotent-Replayed"}
    headers = {name: value for name, value in response.headers.items() if name not in by_call}
    return response.status_code, response.content, headers


def age(by: timedelta) -> None:
    IdempotencyKey.objects.update(created_at=timezone.now() - by)


@pytest.fixture
def client(owner, sign_in):
    return sign_in(owner)


@pytest.mark.parametrize("then", [way.__name__ for way in MADE])
def test_the_second_answer_is_the_first_byte_for_byte(client, then):
    first, again, last = [send(client, then=then) for _ in range(3)]
    assert told(first) == told(again) == told(last)
    assert 200 <= first.status_code < 300
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == last["Idempotent-Replayed"] == "true"
    assert Group.objects.count() == IdempotencyKey.objects.count() == 1


def test_an_answer_says_what_it_says_without_a_key(client):
    bare, keyed = send(client, key=None), send(client)
    assert bare.headers.keys() == keyed.headers.keys()
    assert bare["Content-Type"] == keyed["Content-Type"] == "application/json"
    assert json.loads(keyed.content).keys() == json.loads(bare.content).keys()


def test_without_a_key_every_request_is_a_new_one(client):
    assert send(client, key=None).content != send(client, key=None).content
    assert Group.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


def test_another_request_under_the_same_key_is_refused(client):
    send(client)
    for other in ({"then": "plain"}, {"path": f"{GROUPS}7/"}, {"path": f"{GROUPS}?colour=red"}):
        client.problem(send(client, **other), status=409, code="idempotency_key_reused")
    assert Group.objects.count() == 1
    assert send(client)["Idempotent-Replayed"] == "true"


def test_callers_do_not_know_of_each_others_keys(client, api, stranger, sign_in):
    callers = [
        lambda: send(client),
        lambda: send(sign_in(stranger)),
        lambda: send(api, path=OPEN, REMOTE_ADDR="192.0.2.1"),
        lambda: send(api, path=OPEN, REMOTE_ADDR="2001:db8::1"),
    ]
    firsts, seconds = ([call() for call in callers] for _ in range(2))
    assert [told(answer) for answer in firsts] == [told(answer) for answer in seconds]
    assert Group.objects.count() == len(callers)
    assert all("Idempotent-Replayed" in answer for answer in seconds)


def test_a_person_is_the_same_caller_in_every_session(owner, sign_in):
    assert told(send(sign_in(owner))) == told(send(sign_in(owner)))


def test_what_was_answered_is_kept_from_those_who_may_not_ask_any_more(client, owner, session_of):
    send(client)
    session_of(owner).delete()
    client.problem(send(client), status=401, code="authentication_failed")


@pytest.mark.parametrize("key", ["", " ", "two words", "tab\tbed", "k\xe9y", "\x7f", "k" * 256])
def test_a_malformed_key_is_refused(client, key):
    client.problem(send(client, key=key), status=400, code="idempotency_key_malformed")
    assert not Group.objects.exists()


@pytest.mark.parametrize("key", ["k", "!~", "k" * 255, '"quoted"'])
def test_a_key_is_any_visible_ascii(client, key):
    assert told(send(client, key=key)) == told(send(client, key=key))


@pytest.mark.parametrize("then", [way.__name__ for way in REFUSED])
def test_what_a_refusal_wrote_goes_and_the_key_may_be_tried_again(client, monkeypatch, then):
    assert send(client, then=then).status_code >= 300
    assert not Group.objects.exists()
    assert not IdempotencyKey.objects.exists()
    monkeypatch.setitem(WAYS, then, groups.answer)
    assert send(client, then=then).status_code == 201
    assert send(client, then=then)["Idempotent-Replayed"] == "true"
    assert Group.objects.count() == 1


@pytest.mark.parametrize("then", [way.__name__ for way in BROKEN])
def test_a_handler_that_breaks_after_its_effect_leaves_neither_effect_nor_key(client, then):
    with pytest.raises((ZeroDivisionError, TypeError, SecretAnswer)):
        send(client, then=then)
    assert not Group.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_a_body_that_cannot_be_read_takes_no_key(client):
    for body, content_type, status, code in (
        (b"{", "application/json", 400, "parse_error"),
        (b"--", "multipart/mixed", 415, "unsupported_media_type"),
        (b"", "multipart/mixed", 418, "teapot_refused"),  # nothing to read: the handler's business
    ):
        answer = client.generic("POST", GROUPS, body, content_type=content_type, headers={"idempotency-key": KEY})
        client.problem(answer, status=status, code=code)
    client.problem(send(client, then="x" * 1024**2), status=413, code="body_too_large")
    assert not IdempotencyKey.objects.exists()


def test_an_answer_is_kept_for_a_day_and_then_the_key_is_free(client):
    first = send(client)
    age(KEPT_FOR - 30 * SECOND)
    assert told(send(client)) == told(first)
    age(KEPT_FOR)
    anew = send(client, then="plain")
    assert "Idempotent-Replayed" not in anew
    assert told(send(client, then="plain")) == told(anew)
    assert Group.objects.count() == 2
    assert IdempotencyKey.objects.count() == 1


def form(**fields) -> dict:
    return {"picture": SimpleUploadedFile("a.png", b"bytes"), "title": "A", "tags": ["x", "y"], **fields}


def test_a_form_is_the_same_whatever_its_boundary_and_its_file_is_read_from_the_start(client):
    first, again = (
        client.generic(
            "POST",
            FORMS,
            encode_multipart(boundary, form()),
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"idempotency-key": KEY},
        )
        for boundary in ("one", "two")
    )
    assert first.status_code == 201, first.content
    assert told(first) == told(again)
    assert json.loads(first.content)["sha256"] == hashlib.sha256(b"bytes").hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        {"picture": SimpleUploadedFile("b.png", b"bytes")},
        {"picture": SimpleUploadedFile("a.png", b"bits!")},
        {"picture": SimpleUploadedFile("a.png", b"bytes and more")},
        {"title": "B"},
        {"tags": ["y", "x"]},
        {"tags": ["x"]},
        {"more": ""},
    ],
    ids=str,
)
def test_a_form_with_another_field_or_file_is_another_request(client, other):
    headers = {"idempotency-key": KEY}
    assert client.post(FORMS, form(), format="multipart", headers=headers).status_code == 201
    answer = client.post(FORMS, form(**other), format="multipart", headers=headers)
    client.problem(answer, status=409, code="idempotency_key_reused")
    assert Group.objects.count() == 1


def test_a_file_is_hashed_in_pieces_and_wound_back():
    class Counted(BytesIO):
        longest = 0

        def read(self, size=-1):
            piece = super().read(size)
            self.longest = max(self.longest, len(piece))
            return piece

    content = Counted(b"sound" * 200_000)
    facts = file_facts(UploadedFile(content, "tone.wav", size=1_000_000))
    assert facts["size"] == 1_000_000
    assert content.longest <= 64 * 1024
    assert content.tell() == 0


def test_a_key_costs_the_same_few_queries_whatever_was_kept_before(client):
    def cost(key: str | None) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            send(client, key=key)
        return len(queries)

    bare = cost(None)
    # A savepoint and its end, the key taken, the answer kept (or read).
    assert [cost(key) for key in ("a", "b", "c")] == [bare + 4] * 3
    assert len({cost(key) for key in ("a", "b", "c", "a")}) == 1


def test_a_handler_may_leave_its_transaction_idle_for_as_long_as_an_upload_may_take(client):
    assert send(client, then="patience", key=None).json() == "1min"
    assert send(client, then="patience").json() == "5min"


def test_browsers_of_other_sites_may_send_the_key_and_read_that_it_was_a_repetition(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    allowed = client.options(GROUPS, headers=asked)["Access-Control-Allow-Headers"]
    assert "idempotency-key" in allowed.split(", ")
    answer = client.post(GROUPS, {"then": "answer"}, headers={"origin": "https://app.example"})
    assert "Idempotent-Replayed" in answer["Access-Control-Expose-Headers"].split(", ")
