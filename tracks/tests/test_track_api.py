"""One track over HTTP: reading, changing, throwing away, and what caches may keep of it."""

import pytest
from django.utils import timezone

from config.lib.testing import emitted
from tracks import services
from tracks.cards import track_card, track_detail
from tracks.events import TrackTrashed, TrackUpdated, TrackWithdrawn
from tracks.models import Track
from tracks.serializers import Timeline, TrackCard, TrackDetail
from tracks.tests.conftest import claim, complete, tracks_count

pytestmark = pytest.mark.django_db


def path(track: Track, rest: str = "") -> str:
    return f"/api/v1/tracks/{track.pk}/{rest}"


@pytest.fixture
def mine(sign_in, owner):
    return sign_in(owner)


# --- shape ---------------------------------------------------------------------------------------


def shape(declared, answer) -> None:
    """Every key that the serializer declares is in the answer, no other is, and the types fit."""
    assert set(answer) == set(declared.fields) - ({"manage"} - set(answer))
    for name, field in declared.fields.items():
        if answer.get(name) is None:
            assert field.allow_null or not field.required, name
        elif hasattr(field, "fields"):
            shape(field, answer[name])
        elif hasattr(field, "child") and hasattr(field.child, "fields"):
            for entry in answer[name]:
                shape(field.child, entry)
        else:
            assert field.to_representation(field.run_validation(answer[name])) is not None, name


def test_cards_and_details_are_what_the_document_says(mine, api, owner, make_ready):
    track = make_ready(
        owner,
        description="Long",
        artist="Owner",
        genre="Ambient",
        key="Am",
        tags=["slow"],
        credits=[{"name": "Ada", "role": "piano"}],
        purchase_url="https://shop.example/",
        isrc="QZES12600001",
        bpm="98.5",
    )
    rows = Track.objects.filter(pk=track.pk)
    assert set(track_card(rows.for_card()[0])) == set(TrackCard().fields)
    assert set(track_detail(rows.for_detail()[0])) == set(TrackDetail().fields) - {"manage"}
    shape(TrackCard(), api.get("/api/v1/tracks/").json()["results"][0])
    shape(TrackDetail(), api.get(path(track)).json())
    shape(TrackDetail(), mine.get(path(track)).json())
    shape(Timeline(), mine.get(path(track, "processing/")).json())


def test_only_the_owner_reads_how_a_track_is_managed(api, mine, sign_in, stranger, owner, make_ready):
    track = services.make_secret_token(track=make_ready(owner), at=timezone.now())
    assert mine.get(path(track)).json()["manage"]["secret_token"] == track.secret_token
    for client in (api, sign_in(stranger)):
        answer = client.get(path(track), {"secret_token": track.secret_token})
        assert answer.status_code == 200
        assert "manage" not in answer.json()
        assert track.secret_token not in answer.content.decode()


# --- caches --------------------------------------------------------------------------------------


def test_a_public_detail_is_shared_and_asked_for_again_by_its_etag(api, owner, make_ready):
    track = make_ready(owner)
    first = api.get(path(track))
    assert first["Cache-Control"] == "public, no-cache"
    assert {"Authorization", "Cookie"} <= set(first["Vary"].split(", "))
    for tag in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}'):
        again = api.get(path(track), headers={"if-none-match": tag})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    services.update_track(track=track, changes={"title": "Other"}, at=timezone.now())
    assert api.get(path(track), headers={"if-none-match": first["ETag"]}).status_code == 200


def test_what_is_not_for_everybody_is_kept_by_nobody_else(api, mine, sign_in, stranger, owner, make_ready):
    public = make_ready(owner)
    secret = services.make_secret_token(track=make_ready(owner, visibility="private"), at=timezone.now())
    unlisted = make_ready(owner, visibility="unlisted")
    query = {"secret_token": secret.secret_token}
    for rest in ("", "waveform/"):
        answers = [
            mine.get(path(public, rest)),
            sign_in(stranger).get(path(public, rest)),
            api.get(path(secret, rest), query),
            api.get(path(unlisted, rest)),
            mine.get(path(secret, rest)),
        ]
        assert {answer["Cache-Control"] for answer in answers} == {"private, no-cache"}
    for client, rest in ((api, "streams/"), (mine, "processing/")):
        assert client.get(path(public, rest))["Cache-Control"] == "no-store"
    for answer in (api.get("/api/v1/tracks/"), mine.get("/api/v1/me/tracks/"), api.get("/api/v1/tracks/9/")):
        assert answer["Cache-Control"] == "private, no-cache"


def test_head_is_get_without_a_body(api, mine, owner, make_ready):
    track = make_ready(owner)
    for client, address in (
        (api, path(track)),
        (api, path(track, "streams/")),
        (api, path(track, "waveform/?form=dat")),
        (mine, path(track, "processing/")),
        (api, "/api/v1/tracks/"),
    ):
        head, get = client.head(address), client.get(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Type"] == get["Content-Type"]


# --- changing ------------------------------------------------------------------------------------


def test_patch_writes_what_is_sent_and_nothing_else(mine, owner, make_ready):
    track = make_ready(owner, title="Night", genre="Ambient", tags=["slow"])
    with emitted() as events:
        answer = mine.patch(path(track), {"genre": "Drone", "bpm": 101.25, "release_date": None})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["title"], body["genre"], body["tags"], body["bpm"]) == ("Night", "Drone", ["slow"], 101.25)
    assert events == [TrackUpdated(track_id=track.pk, owner_id=owner.pk)]


def test_patch_that_changes_nothing_writes_and_tells_nothing(mine, owner, make_ready):
    track = make_ready(owner, title="Night")
    with emitted() as events:
        for body in ({}, {"title": "Night"}):
            assert mine.patch(path(track), body).status_code == 200
    assert events == []
    assert Track.objects.get(pk=track.pk).updated_at == track.updated_at


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"title": ""}, "title", "blank"),
        ({"title": None}, "title", "null"),
        ({"title": "a\0"}, "title", "control_characters"),
        ({"title": ["a"]}, "title", "invalid"),
        ({"tags": "slow"}, "tags", "not_a_list"),
        ({"tags": [""]}, "tags.0", "blank"),
        ({"tags": ["x"] * 100_000}, "tags", "max_length"),
        ({"credits": [{"name": "Ada", "role": 5.5, "more": 1}] * 51}, "credits", "max_length"),
        ({"credits": "[]]"}, "credits", "not_json"),
        ({"bpm": 10**400}, "bpm", "max_digits"),
        ({"bpm": True}, "bpm", "invalid"),
        ({"visibility": "hidden"}, "visibility", "invalid_choice"),
        ({"owner": 1}, "owner", "unknown"),
        ({"published_at": "2020-01-01T00:00:00Z"}, "published_at", "unknown"),
        ({"audio": "x"}, "audio", "unknown"),
        ([], "", "invalid"),
        ("title", "", "invalid"),
    ],
)
def test_patch_says_what_is_wrong(mine, owner, make_ready, body, field, code):
    track = make_ready(owner, title="Night")
    if isinstance(body, dict) and body.get("bpm") == 10**400:
        body = {"bpm": "9" * 400}
    problem = mine.problem(mine.patch(path(track), body), status=400, code="invalid")
    assert (problem["errors"][0]["field"], problem["errors"][0]["code"]) == (field, code)
    assert Track.objects.get(pk=track.pk).title == "Night"


def test_patch_of_the_address_refuses_what_is_taken_or_kept(mine, owner, make_ready):
    make_ready(owner, permalink="night")
    track = make_ready(owner, permalink="day")
    mine.problem(mine.patch(path(track), {"permalink": "night"}), status=409, code="permalink_taken")
    mine.problem(mine.patch(path(track), {"permalink": "sets"}), status=409, code="permalink_reserved")
    answer = mine.patch(path(track), {"permalink": "dusk"})
    assert answer.json()["permalink_url"] == "http://earshot.test/owner/dusk/"


def test_a_form_does_not_change_a_track(mine, owner, make_ready):
    answer = mine.patch(path(make_ready(owner)), {"title": "Night"}, format="multipart")
    mine.problem(answer, status=415, code="unsupported_media_type")


def test_delete_moves_to_the_trash_once(mine, owner, make_ready):
    track = make_ready(owner)
    assert tracks_count(owner) == 1
    with emitted() as events:
        assert mine.delete(path(track)).status_code == 204
        mine.problem(mine.delete(path(track)), status=404, code="not_found")
    assert events == [
        TrackWithdrawn(track_id=track.pk, owner_id=owner.pk, artwork_id=None),
        TrackTrashed(track_id=track.pk, owner_id=owner.pk),
    ]
    assert tracks_count(owner) == 0
    assert Track.objects.get(pk=track.pk).deleted_at


@pytest.mark.parametrize(
    ("verb", "rest", "body"),
    [("patch", "", {"title": "Late"}), ("post", "secret-token/", {}), ("delete", "secret-token/", {})],
)
def test_a_track_that_is_thrown_away_at_the_same_moment_is_absent(
    mine, owner, make_ready, monkeypatch, verb, rest, body
):
    track = make_ready(owner)
    look = services.publishing.lock_track

    def too_late(track_id):
        Track.objects.filter(pk=track_id).update(deleted_at=timezone.now())
        return look(track_id)

    monkeypatch.setattr("tracks.services.publishing.lock_track", too_late)
    mine.problem(getattr(mine, verb)(path(track, rest), body), status=404, code="not_found")
    assert Track.objects.get(pk=track.pk).title == track.title


# --- secret links --------------------------------------------------------------------------------


def test_a_secret_link_is_made_rotated_and_dropped(mine, api, owner, make_ready):
    track = make_ready(owner, visibility="private")
    tokens = [mine.post(path(track, "secret-token/")).json()["secret_token"] for _ in range(2)]
    assert len(set(tokens)) == 2
    opened = [api.get(path(track), {"secret_token": token}).status_code for token in tokens]
    assert opened == [404, 200]
    for _ in range(2):
        assert mine.delete(path(track, "secret-token/")).status_code == 204
    assert api.get(path(track), {"secret_token": tokens[1]}).status_code == 404
    assert mine.get(path(track)).json()["manage"]["secret_token"] is None


@pytest.mark.parametrize("token", ["", "%00", "x" * 3000, "%F0%9F%8E%B5", "%ED%A0%80"])
def test_a_token_of_any_shape_opens_nothing(api, owner, make_ready, token):
    track = make_ready(owner, visibility="private")
    assert api.get(path(track, f"?secret_token={token}")).status_code in {400, 404}


# --- the timeline --------------------------------------------------------------------------------


def test_the_timeline_goes_from_waiting_to_done(mine, owner, upload, finish, made):
    upload(owner)
    track = upload(owner)
    waiting = mine.get(path(track, "processing/")).json()
    assert (waiting["state"], waiting["queue_position"], waiting["eta_ms"]) == ("queued", 2, None)
    assert [stage["name"] for stage in waiting["stages"]] == [
        "probe", "transcode", "waveform", "loudness", "fingerprint", "publish",
    ]  # fmt: skip
    assert {stage["state"] for stage in waiting["stages"]} == {"waiting"}
    sound = claim(track)
    working = mine.get(path(track, "processing/")).json()
    assert (working["state"], working["queue_position"]) == ("processing", None)
    finish(sound)
    done = mine.get(path(track, "processing/")).json()
    assert (done["state"], done["eta_ms"], done["error_code"]) == ("ready", None, None)
    assert (done["stages"][5]["state"], done["stages"][5]["progress"]) == ("done", 1.0)
    assert (done["renditions"], done["complete"]) == (["aac_hls"], False)
    complete(claim(track), made=made)
    done = mine.get(path(track, "processing/")).json()
    assert (done["renditions"], done["complete"]) == (["aac_hls", "mp3", "opus", "preview"], True)


def test_a_failure_names_its_reason_to_the_owner(mine, owner, upload):
    track = upload(owner)
    services.queue.fail_sound(sound=claim(track), code="too_long", reason="It is too long.", at=timezone.now())
    failed = mine.get(path(track, "processing/")).json()
    assert (failed["state"], failed["error_code"], failed["error_message"]) == ("failed", "too_long", "It is too long.")
    assert mine.get(path(track)).json()["manage"]["failure"] == {"code": "too_long", "reason": "It is too long."}


def test_unknown_query_parameters_are_refused(mine, owner, make_ready):
    track = make_ready(owner)
    for rest in (
        "?nonsense=1",
        "streams/?v=1",
        "waveform/?size=1",
        "processing/?secret_token=x",
        "?secret_token=a&secret_token=b",
    ):
        mine.problem(mine.get(path(track, rest)), status=400, code="invalid")
