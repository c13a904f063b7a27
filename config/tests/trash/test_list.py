"""The trash of all kinds is one list, and a page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE
from accounts.services.sessions import Device, open_session
from config.composed import trash
from config.tests.markup import Markup, assert_tame
from engagement.models import Comment, Post
from playlists.models import Playlist
from tracks.models import Track

pytestmark = pytest.mark.django_db

PATH = "/api/v1/me/trash/"
DAYS = timedelta(days=30)


def named(answer) -> list[tuple[str, int]]:
    assert answer.status_code == 200, answer.json()
    return [(entry["kind"], entry["id"]) for entry in answer.json()["results"]]


def test_the_list_joins_all_kinds_the_last_thrown_first(sign_in, owner, thrown, at):
    answer = sign_in(owner).get(PATH)
    assert named(answer) == thrown
    track, post = answer.json()["results"][4], answer.json()["results"][3]
    assert track["title"] == "Tide"
    assert post["title"] == "x" * 80
    spans = {
        timezone.datetime.fromisoformat(entry["purge_at"]) - timezone.datetime.fromisoformat(entry["deleted_at"])
        for entry in answer.json()["results"]
    }
    assert spans == {DAYS}


def test_pages_follow_each_other_both_ways_also_through_one_moment(sign_in, owner, thrown, at):
    for model in (Track, Playlist, Post, Comment):
        model.objects.filter(deleted_at__isnull=False).update(deleted_at=at)
    client, expected = sign_in(owner), sorted(thrown, reverse=True)
    seen, page = [], client.get(PATH, {"limit": "1"})
    while page.json()["next"]:
        seen += named(page)
        page = client.get(page.json()["next"])
    seen += named(page)
    assert seen == expected
    back = client.get(page.json()["previous"])
    assert named(back) == [expected[-2]]


@pytest.mark.parametrize("question", [{"limit": "0"}, {"cursor": "x"}, {"kind": "track"}])
def test_words_that_say_nothing_are_refused(sign_in, owner, question):
    assert sign_in(owner).get(PATH, question).status_code == 400


def test_the_same_queries_for_one_and_for_fifty(sign_in, owner, at):
    client = sign_in(owner)
    counts = []
    for more in (1, 49):
        rows = [Post(author=owner, body="x", created_at=at, deleted_at=at) for _ in range(more)]
        Post.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PATH, {"limit": "100"}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- now -----------------------------------------------------------------------------------------


def test_what_is_thrown_out_is_gone_from_the_list_at_once(sign_in, owner, thrown):
    client = sign_in(owner)
    for n, (kind, pk) in enumerate(thrown):
        assert client.delete(f"{PATH}{kind}/{pk}/").status_code == 204
        assert named(client.get(PATH)) == thrown[n + 1 :]
        client.problem(client.delete(f"{PATH}{kind}/{pk}/"), status=404, code="not_found")
        client.problem(client.post(f"/api/v1/{kind}s/{pk}/restore/"), status=404, code="not_found")
    track_id = thrown[-1][1]
    assert [trash.purge_track(track_id=track_id, at=timezone.now()) for _ in range(2)] == [True, False]


def test_what_is_not_in_ones_trash_is_absent(sign_in, owner, stranger, thrown, make_ready):
    other, standing = sign_in(stranger), make_ready(stranger)
    paths = [f"{PATH}{kind}/{pk}/" for kind, pk in thrown]
    for path in (*paths, f"{PATH}track/{standing.pk}/", f"{PATH}sound/1/", f"{PATH}track/999999999999999999/"):
        other.problem(other.delete(path), status=404, code="not_found")
    assert named(sign_in(owner).get(PATH)) == thrown


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture
def page_of():
    def look(user):
        browser = Client()
        device = Device(user_agent="Firefox/1 Linux", address="192.0.2.7")
        browser.cookies[ACCESS_COOKIE] = open_session(user=user, device=device, at=timezone.now()).access
        return browser.get("/settings/trash/")

    return look


def test_nobody_is_led_to_the_sign_in_and_back():
    answer = Client().get("/settings/trash/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=%2Fsettings%2Ftrash%2F")


def test_the_page_has_two_buttons_for_each_and_is_kept_by_nobody(owner, thrown, page_of):
    answer = page_of(owner)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert_tame(answer)
    paths = [(f"/api/v1/{kind}s/{pk}/restore/", f"{PATH}{kind}/{pk}/") for kind, pk in thrown]
    assert Markup(answer).values("data-path") == [path for pair in paths for path in pair]


def test_an_empty_trash_says_so(owner, page_of):
    assert "Nothing is in the trash." in page_of(owner).content.decode()
