"""What may not be seen answers like what does not exist, byte for byte, whoever asks and however."""

import pytest
from django.utils import timezone

from config.lib.testing import Api
from tracks import services
from tracks.models import Track

pytestmark = pytest.mark.django_db

VERBS = ("get", "head", "post", "put", "patch", "delete", "options")
PATHS = ("", "processing/", "streams/", "waveform/", "secret-token/", "nothing/")
HIDDEN = ("queued", "private", "trashed")
VIEWERS = ("anonymous", "stranger", "wrong token", "old token")


@pytest.fixture
def hidden(owner, upload, make_ready):
    """A track that nobody but its owner may open, and the token that once opened it."""

    def make(state: str) -> tuple[Track, str]:
        at = timezone.now()
        track = upload(owner) if state == "queued" else make_ready(owner, visibility="private", title="Hidden hour")
        old = services.make_secret_token(track=track, at=at).secret_token
        services.drop_secret_token(track=track, at=at)
        if state == "trashed":
            services.trash_track(track=track, at=at)
        return track, old

    return make


def missing_id(track: Track) -> int:
    """An id of the same length that no track has."""
    return track.pk + 1 if len(str(track.pk + 1)) == len(str(track.pk)) else track.pk - 1


def said(response, track_id: int) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, but for what names the path, the request, and what is left of the caller's budget."""
    headers = {name: value for name, value in response.headers.items() if name != "RateLimit"}
    request_id = headers.pop("X-Request-ID")
    body = response.content.replace(request_id.encode(), b"").replace(b"/%d/" % track_id, b"/ID/")
    return response.status_code, headers, body


@pytest.mark.parametrize("who", VIEWERS)
@pytest.mark.parametrize("state", HIDDEN)
def test_hidden_and_nonexistent_answer_the_same(hidden, sign_in, stranger, state, who):
    track, old = hidden(state)
    client = sign_in(stranger) if who == "stranger" else Api()
    token = {"wrong token": "x" * 32, "old token": old}.get(who)
    query = f"?secret_token={token}" if token else ""
    for path in PATHS:
        for verb in VERBS:
            there, nowhere = (
                said(getattr(client, verb)(f"/api/v1/tracks/{pk}/{path}{query}", {}, format="json"), pk)
                if verb in {"post", "put", "patch"}
                else said(getattr(client, verb)(f"/api/v1/tracks/{pk}/{path}{query}"), pk)
                for pk in (track.pk, missing_id(track))
            )
            assert there == nowhere, (verb, path)
            assert there[0] >= 400 or verb == "options", (verb, path)


@pytest.mark.parametrize("state", HIDDEN)
def test_the_page_of_a_hidden_track_is_like_one_of_no_track(hidden, state):
    track, _ = hidden(state)
    answers = [Api().get(f"/owner/{slug}/") for slug in (track.permalink, "no-such-track")]
    ids = [answer["X-Request-ID"].encode() for answer in answers]
    there, nowhere = (answer.content.replace(id_, b"") for answer, id_ in zip(answers, ids, strict=True))
    assert [answer.status_code for answer in answers] == [404, 404]
    assert there == nowhere


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"title": ""}', b'{"nonsense": 1}'])
def test_a_bad_body_does_not_tell_that_a_track_exists(hidden, sign_in, stranger, body):
    track, _ = hidden("private")
    client = sign_in(stranger)
    there, nowhere = (
        said(client.generic("PATCH", f"/api/v1/tracks/{pk}/", body, content_type="application/json"), pk)
        for pk in (track.pk, missing_id(track))
    )
    assert there == nowhere
    assert there[0] == 404


def test_operations_that_need_a_person_answer_401_to_nobody_whatever_the_object(api, owner, make_ready):
    for track in (make_ready(owner), make_ready(owner, visibility="private")):
        for verb, path in (("patch", ""), ("delete", ""), ("post", "secret-token/"), ("get", "processing/")):
            answer = getattr(api, verb)(f"/api/v1/tracks/{track.pk}/{path}")
            api.problem(answer, status=401, code="not_authenticated")


def test_what_a_stranger_sees_but_may_not_change_is_403(sign_in, stranger, owner, make_ready):
    track, client = make_ready(owner), sign_in(stranger)
    for verb, path in (
        ("patch", ""),
        ("delete", ""),
        ("post", "secret-token/"),
        ("delete", "secret-token/"),
        ("get", "processing/"),
    ):
        answer = getattr(client, verb)(f"/api/v1/tracks/{track.pk}/{path}")
        client.problem(answer, status=403, code="permission_denied")
    assert Track.objects.filter(pk=track.pk, deleted_at=None, secret_token=None).exists()


@pytest.mark.parametrize("track_id", ["0", "9" * 18, "9" * 19, "9" * 5000, "-1", "1.5", "abc", "%00", "%F0%9F%8E%B5"])
def test_an_id_that_no_track_can_have_is_404(api, track_id):
    for path in ("", "streams/", "waveform/"):
        api.problem(api.get(f"/api/v1/tracks/{track_id}/{path}"), status=404, code="not_found")


@pytest.mark.parametrize("user", ["0", "9" * 18, "9" * 19, "9" * 5000, "-1", "%00", "a%00b", "no-such", "%F0%9F%8E%B5"])
def test_the_tracks_of_nobody_are_404(api, user):
    api.problem(api.get(f"/api/v1/users/{user}/tracks/"), status=404, code="not_found")


def test_a_longer_number_does_not_name_the_person_whose_id_it_begins_with(api, owner):
    answer = api.get(f"/api/v1/users/{str(owner.pk).zfill(18)}7/tracks/")
    assert answer.status_code == 404
