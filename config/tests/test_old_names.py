"""Addresses with a name that somebody had before lead to their present name, for those who may see it."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import User
from tracks.services import make_secret_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def painter(owner) -> User:
    """Was called owner."""
    return services.change_username(user=owner, username="painter", at=timezone.now())


def test_pages_of_the_name_before_lead_to_the_present_one_with_what_was_asked(painter, upload):
    track = upload(painter, title="Tide", visibility="private")
    token = make_secret_token(track=track, at=timezone.now()).secret_token
    pages = {
        "/owner/": "/painter/",
        "/OWNER/?a=b": "/painter/?a=b",
    }
    for old, new in pages.items():
        answer = Client().get(old)
        assert (answer.status_code, answer["Location"]) == (301, new)
        assert answer["Cache-Control"] == "private, no-cache"
        assert "Cookie" in answer["Vary"]
        assert Client().get(new).status_code == 200
    assert Client().get(f"/owner/{track.permalink}/?secret_token={token}").status_code == 404  # nothing to play yet


def test_the_page_of_a_track_is_found_under_the_name_before_by_those_who_may_open_it(painter, make_track):
    track = make_track(painter, title="Tide", visibility="private")
    token = make_secret_token(track=track, at=timezone.now()).secret_token
    old, new = f"/owner/{track.permalink}/", f"/painter/{track.permalink}/"
    for path in (old, new):
        assert Client().get(path).status_code == 404
    answer = Client().get(f"{old}?secret_token={token}")
    assert (answer.status_code, answer["Location"]) == (301, f"{new}?secret_token={token}")
    assert Client().get(answer["Location"]).status_code == 200


def test_lists_of_tracks_are_narrowed_by_the_name_before(painter, make_track, api):
    make_track(painter, title="Tide")
    for name in ("owner", "painter", painter.pk):
        for path in (f"/api/v1/users/{name}/tracks/", f"/api/v1/tracks/?user={name}"):
            [card] = api.get(path).json()["results"]
            assert card["permalink_url"].startswith("http://earshot.test/painter/")


def test_names_of_the_suspended_lead_nowhere(painter):
    services.suspend_user(user=painter, reason="", at=timezone.now())
    for name in ("owner", "painter"):
        assert Client().get(f"/{name}/").status_code == 404


def test_a_name_that_was_taken_back_leads_in_no_circle(painter):
    services.change_username(user=painter, username="owner", at=timezone.now())
    assert Client().get("/owner/").status_code == 200
    assert Client().get("/painter/")["Location"] == "/owner/"
