"""Whoever is parted by a block finds nothing of the other anywhere: every operation, page, frame, mail and stream."""

import json
import re
import time
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.utils import timezone

import social.services as social
from accounts.authentication import ACCESS_COOKIE
from accounts.services.sessions import Device, open_session
from config.composed.topics import KINDS
from config.frame_routes import FRAMES
from config.lib.events import emit, log
from config.lib.realtime.places import Place
from config.lib.viewsets import OPENING_WORDS
from config.models import DomainEvent
from config.socket_routes import SOCKETS as SOCKET_ROUTES
from config.tests.privacy.world import run_export
from config.tests.sweep import addresses, frames, letters
from config.tests.sweep.addresses import LOOKS, NO_PAGES, PAGES, Look, calls, operations, pages
from config.tests.sweep.world import World, build
from tracks.tests.conftest import finish, made, make_ready, rooms, tone

__all__ = ["finish", "made", "make_ready", "rooms", "tone"]

pytestmark = pytest.mark.django_db
# A name of the call, and how many calls are left.
BY_CALL = {"X-Request-ID", "RateLimit", "Content-Length"}
DIRECTIONS = ("the blocked person", "the blocker")


@pytest.fixture
def world(make_user, make_ready) -> World:
    """Everybody, while nothing parts them."""
    return build(make_user, make_ready)


@pytest.fixture(params=DIRECTIONS)
def looks(request) -> str:
    """Who looks for the other."""
    return request.param


def part(world: World, looks: str) -> None:
    """Let one of the two block the other; the one who looks is meant."""
    one, other = (world.hidden, world.viewer) if looks == "the blocked person" else (world.viewer, world.hidden)
    social.block_user(blocker=one, blocked=other, at=timezone.now())


@pytest.fixture
def browser():
    """Pages as somebody sees them who is signed in."""

    def client(person) -> Client:
        page = Client()
        pair = open_session(user=person, device=Device(user_agent="pytest", address="127.0.0.1"), at=timezone.now())
        page.cookies[ACCESS_COOKIE] = pair.access
        return page

    return client


def said(answer, asked: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, but for what repeats the call."""
    heads = {name: value for name, value in answer.headers.items() if name not in BY_CALL}
    body = answer.getvalue().decode(errors="replace").replace(answer.headers.get("X-Request-ID", "-"), "")
    for part_of_call in {asked, urlsplit(asked).path, asked.replace("&", "&amp;")}:
        body = body.replace(part_of_call, "/asked/")
    return answer.status_code, re.sub(r"(cursor=)[^\"&]+", r"\1", body), heads


def sweep(client: Client, looked_at: dict[str, list[dict]], *, world: World) -> dict[str, list[str]]:
    """Path -> what of the hidden's was found there, and where what names it answers unlike what names nothing."""
    found: dict[str, list[str]] = {}
    for path, parameters in looked_at.items():
        found[path] = []
        for call in calls(path, parameters, world=world):
            status, body, heads = said(client.get(call.path), call.path)
            found[path] += [f"{call.path}: {label}" for label in world.found_in(unquote(body) + str(heads))]
            if not call.names:
                assert status < 500, (call.path, body)
            elif (status, body, heads) != said(client.get(call.nowhere), call.nowhere):
                found[path].append(f"{call.path}: is told from nothing by {status} {body[:300]}")
    return found


def api_without(*kinds: Look) -> dict[str, list[dict]]:
    return {path: parameters for path, parameters in operations().items() if LOOKS[path] not in kinds}


def page_parameters() -> dict[str, list[dict]]:
    keys = [{"in": "query", "name": name, "schema": {}} for name in sorted(OPENING_WORDS)]
    return {path: keys if "permalink" in path else [] for path in PAGES}


def test_every_operation_that_reads_and_every_page_has_a_line():
    assert set(operations()) == set(LOOKS), "is an operation new? Say in config/tests/sweep what it has of others."
    assert pages() == set(PAGES) | set(NO_PAGES), "is a page new? Say in config/tests/sweep what it has of others."


def test_every_frame_topic_socket_and_mail_has_a_line():
    assert {event for table in FRAMES.values() for event in table} == set(frames.HAPPENED)
    assert set(KINDS) == set(frames.TOPICS)
    routes = {str(route.pattern) for route in SOCKET_ROUTES.routes} - {""}
    assert routes == set(frames.SOCKETS)
    assert set(frames.SOCKETS.values()) == set(KINDS)
    assert letters.written() == set(letters.LETTERS)


def test_before_a_block_everything_that_shows_others_shows_them(world, sign_in, browser):
    """Or else the sweep, which finds nothing after it, would look for what is nowhere."""
    shown = {
        **sweep(sign_in(world.viewer), api_without(Look.LIVE, Look.OWN_BLOCKS), world=world),
        **sweep(browser(world.viewer), page_parameters(), world=world),
    }
    wanted = {path for path, look in {**LOOKS, **PAGES}.items() if look is Look.SHOWS}
    # Seen, though only its owner may read what is asked for.
    kept = ("processing", "comments/export", "stats", "share-links")
    told_apart = {f"/api/v1/tracks/{{track}}/{what}/" for what in kept} | {"/api/v1/playlists/{playlist}/share-links/"}
    assert {path for path, found in shown.items() if found} == wanted | told_apart


def test_after_a_block_no_operation_shows_anything(world, sign_in, looks):
    part(world, looks)
    found = sweep(sign_in(world.viewer), api_without(Look.LIVE, Look.OWN_BLOCKS), world=world)
    assert {path: labels for path, labels in found.items() if labels} == {}


def test_after_a_block_no_page_shows_anything(world, browser, looks):
    part(world, looks)
    found = sweep(browser(world.viewer), page_parameters(), world=world)
    assert {path: labels for path, labels in found.items() if labels} == {}


def test_a_third_person_goes_on_seeing_both(world, sign_in, looks):
    part(world, looks)
    client = sign_in(world.third)
    for path in ("/api/v1/users/", "/api/v1/users/neighbour/followers/", "/api/v1/users/neighbour/followings/"):
        body = client.get(path).content.decode()
        assert world.hidden.username in body
        assert world.viewer.username in body


def test_only_ones_own_list_of_blocks_names_whom_one_blocks(world, sign_in, looks):
    part(world, looks)
    named = [card["id"] for card in sign_in(world.viewer).get("/api/v1/me/blocks/").json()["results"]]
    assert named == ([world.hidden.pk] if looks == "the blocker" else [])


def here() -> str:
    """The end of the log, as soon as no transaction elsewhere in the cluster holds it back."""
    deadline, newest = time.monotonic() + 30, DomainEvent.objects.latest("pk").pk
    while (end := log.head()).id < newest:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return str(Place(end, timezone.now()))


def heard(client, since: str, **words: str) -> list[dict]:
    """The frames since then."""
    here()
    frames_since: list[dict] = client.get("/api/v1/live/", {"since": since, **words}).json()["results"]
    return frames_since


def let_everything_happen(world: World) -> None:
    """An event of every kind that is announced."""
    with transaction.atomic():
        for event, happened in frames.HAPPENED.items():
            emit(happened(world), to=frames.TOLD[event](world) if event in frames.TOLD else ())


@pytest.mark.django_db(transaction=True)
def test_no_frame_tells_anything_whether_it_happened_before_the_block_or_after(world, sign_in, looks):
    since = here()
    client = sign_in(world.viewer)
    let_everything_happen(world)
    before = heard(client, since)
    assert {frame["type"] for frame in before} == {
        "followed",
        "unfollowed",
        "relationship",
        "feed_item",
        "feed_changed",
    }
    assert world.found_in(json.dumps(before))
    part(world, looks)
    let_everything_happen(world)
    after = heard(client, since)
    own = [frame for frame in after if frame["type"] == "relationship" and frame["blocking"]]
    if looks == "the blocker":
        # To one's own devices, like the list of blocks: an id, and that one blocks it.
        assert own
        assert world.found_in(json.dumps(own)) == [f"id of user {world.hidden.pk}"]
        after = [frame for frame in after if frame not in own]
    assert after == []


def test_in_the_room_of_a_third_the_two_do_not_hear_each_other(world, sign_in, looks, transactional_db):
    since, client = here(), sign_in(world.viewer)
    room = {"topic": f"track:{world.stage.pk}"}
    let_everything_happen(world)
    assert {frame["type"] for frame in heard(client, since, **room)} >= {"comment_created", "comment_deleted"}
    part(world, looks)
    let_everything_happen(world)
    assert heard(client, since, **room) == []


def test_what_stands_between_the_two_is_told_to_the_blocker_alone(world, sign_in, looks):
    part(world, looks)
    client, asked = sign_in(world.viewer), world.asked
    words = {word: asked[word][0][0] for word in ("tracks", "comments", "posts", "users")}
    told = client.get("/api/v1/me/relationships/", words).json()
    assert (told["tracks"], told["comments"], told["posts"]) == ({}, {}, {})
    assert list(told["users"]) == ([str(world.hidden.pk)] if looks == "the blocker" else [])


def test_no_topic_of_the_hidden_is_told_from_none(world, sign_in, looks):
    part(world, looks)
    client = sign_in(world.viewer)
    for kind, name in frames.TOPICS.items():
        pair = name(world)
        assert (pair is None) == (kind == "me")
        if pair:
            there, nowhere = (said(client.get(f"/api/v1/live/?topic={topic}"), topic) for topic in pair)
            assert there == nowhere
            assert there[0] == 404


def test_no_mail_tells_anything(world, sign_in, looks):
    sign_in(world.viewer)
    part(world, looks)
    for name, send in letters.LETTERS.items():
        mail.outbox.clear()
        send(world)
        [letter] = mail.outbox
        assert world.viewer.username in letter.body, name
        html = "".join(str(content) for content, _ in letter.alternatives)
        assert world.found_in(f"{letter.subject} {letter.body} {html} {letter.to} {letter.extra_headers}") == [], name


def test_an_archive_of_ones_own_holds_no_word_of_the_other(world, looks):
    part(world, looks)
    export = run_export(world.viewer)
    with default_storage.open(export.archive_key, "rb") as file, ZipFile(file) as archive:
        text = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    assert world.viewer.username in text
    # Whom one mutes or blocks, and what one has liked, are one's own deeds, and stand there as numbers.
    assert [label for label in world.found_in(text) if not label.startswith("id of ")] == []


def test_what_was_handed_out_before_a_block_dies_with_it(world, sign_in, looks):
    client, nobody = sign_in(world.viewer), Client()
    public, private = world.tracks["public"].pk, world.tracks["private"].pk
    addresses_of = [
        f"/api/v1/tracks/{public}/streams/",
        f"/api/v1/tracks/{private}/streams/?secret_token={world.token}",
    ]
    handed_out = [
        url for path in addresses_of for name, url in client.get(path).json().items() if name.endswith("_url")
    ]
    handed_out.append(client.post(f"/api/v1/tracks/{public}/downloads/").json()["url"])
    assert len(handed_out) == 11
    media = [urlsplit(url).path for url in handed_out]
    assert {nobody.get(path).status_code for path in media} == {200}
    begun = time.monotonic()
    part(world, looks)
    assert {nobody.get(path).status_code for path in media} == {404}
    assert time.monotonic() - begun < 5


def test_the_addresses_say_what_they_ask(world):
    """The hidden is asked for by every name, in every question that can name it."""
    asked = {call.path for path, words in operations().items() for call in calls(path, words, world=world)}
    for wanted in (f"/users/{world.hidden.username.upper()}/", f"/users/{world.hidden.pk}/followers/"):
        assert [path for path in asked if path.startswith(f"/api/v1{wanted}")]
    assert [path for path in asked if f"user={world.hidden.username}-before" in path]
    assert [path for path in asked if f"secret_token={world.token}" in path]
    assert addresses.written(r"^files/(?P<key>[0-9a-f]{32})/(?P<n>(?:a|b)\.webp)$") == "/files/{key}/{n}"
