"""Covers of tracks that fewer may see get a new name; the old addresses open nothing."""

from io import BytesIO

import pytest
from django.db import DatabaseError
from django.test import TestCase
from django.utils import timezone
from PIL import Image

from config.lib import storage
from config.lib.pictures.storing import owned_or_removed
from config.lib.testing import Api, emitted
from tracks import services, tasks
from tracks.audio.tags import Tags
from tracks.events import TrackWithdrawn
from tracks.models import Artwork, Track
from tracks.services import artwork
from tracks.tests.conftest import assert_tidy, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def covered(owner, make_ready):
    """A track with a cover."""
    sink = BytesIO()
    Image.new("RGB", (40, 40), "red").save(sink, "PNG")

    def make(**details) -> Track:
        return make_ready(owner, said=Tags(cover=sink.getvalue()), **details)

    return make


def move(track: Track) -> bool:
    """What the route of TrackWithdrawn calls."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return tasks.move_artwork(track_id=track.pk, owner_id=track.owner_id, artwork_id=track.artwork_id)


def picture(key: str):
    return Api().get(f"/files/{key}/thumb.webp")


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_a_track_that_becomes_private_gets_a_new_name_for_its_cover(covered, rooms, visibility):
    track = covered(visibility=visibility)
    old = track.artwork.key
    with emitted() as events:
        services.update_track(track=track, changes={"visibility": "private"}, at=timezone.now())
    [withdrawn] = [event for event in events if isinstance(event, TrackWithdrawn)]
    assert withdrawn.artwork_id == track.artwork_id
    assert move(track)
    new = Track.objects.get(pk=track.pk).artwork
    assert (new.color, new.placeholder) == (track.artwork.color, track.artwork.placeholder)
    assert [picture(key).status_code for key in (old, new.key)] == [404, 200]
    assert_tidy(rooms)


def test_the_task_twice_is_once(covered, rooms):
    track = covered(visibility="private")
    assert move(track)
    key = Track.objects.get(pk=track.pk).artwork.key
    assert not move(track)
    assert Track.objects.get(pk=track.pk).artwork.key == key
    assert_tidy(rooms)


def test_what_is_in_lists_again_keeps_its_cover(covered):
    track = covered()
    assert not move(track)
    assert Track.objects.get(pk=track.pk).artwork == track.artwork


def test_without_a_cover_or_a_track_there_is_nothing_to_move(owner, make_ready):
    track = make_ready(owner, visibility="private")
    assert not move(track)
    at = timezone.now()
    assert not services.move_artwork(track_id=track.pk, artwork_id=999, at=at)
    assert not services.move_artwork(track_id=999, artwork_id=999, at=at)


def test_a_copy_that_fails_leaves_the_cover_where_it_was(covered, rooms, tmp_path, monkeypatch):
    track = covered(visibility="private")

    def half(*, source, target):
        storage.bring(key=f"{source}/thumb.webp", target=tmp_path / "thumb.webp")
        storage.store_file(key=f"{target}/thumb.webp", path=tmp_path / "thumb.webp")
        raise OSError("the disk is full")

    monkeypatch.setattr(storage, "copy_folder", half)
    with pytest.raises(OSError, match="full"):
        move(track)
    assert Track.objects.get(pk=track.pk).artwork == track.artwork
    assert_tidy(rooms)


def test_whoever_is_second_to_switch_removes_what_it_copied(covered, rooms, monkeypatch):
    track = covered(visibility="private")
    switch = artwork.switch_artwork

    def overtaken(**arguments):
        monkeypatch.setattr(artwork, "switch_artwork", switch)
        assert move(track)
        return switch(**arguments)

    monkeypatch.setattr(artwork, "switch_artwork", overtaken)
    assert not move(track)
    assert Artwork.objects.count() == 1
    assert_tidy(rooms)


def test_a_commit_whose_answer_was_lost_keeps_the_pictures_of_its_row(covered, rooms):
    track = covered(visibility="private")
    cover = track.artwork
    with pytest.raises(DatabaseError), owned_or_removed(cover):
        raise DatabaseError("the connection was lost after the commit")
    assert_tidy(rooms)


def test_an_old_name_opens_nothing_even_while_its_pictures_are_still_stored(covered, monkeypatch):
    track = covered(visibility="private")
    old = track.artwork
    monkeypatch.setattr(storage, "delete_folder", lambda *, prefix: 0)
    assert move(track)
    assert any(key.startswith(old.folder) for key in stored())
    answer = picture(old.key)
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(
    "path", ["0" * 31, "0" * 33, "Z" * 32, "..", "%2e%2e", f"{'0' * 32}/original.png", f"{'0' * 32}/..%2Fx.webp"]
)
def test_no_other_address_hands_over_a_picture(path):
    answer = Api().get(f"/files/{path}" if "/" in path else f"/files/{path}/thumb.webp")
    assert answer.status_code == 404
    assert "X-Accel-Redirect" not in answer


def test_a_picture_is_read_only(covered):
    assert Api().post(f"/files/{covered().artwork.key}/thumb.webp").status_code == 405
