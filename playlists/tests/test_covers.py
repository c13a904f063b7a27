"""The picture of a playlist: chosen, or composed of its first tracks' covers."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import TestCase
from PIL import Image

from config.lib import storage
from config.lib.testing import emitted
from config.models import Removal
from playlists import services, tasks
from playlists.custody import SHELVES
from playlists.events import PlaylistCoverOutdated, PlaylistWithdrawn
from playlists.models import Cover, Playlist
from playlists.queries import outdated_covers
from playlists.services import covers
from playlists.services.composing import compose
from playlists.tests.conftest import give_cover, png, webp
from tracks.services import trash_track

pytestmark = pytest.mark.django_db
COLORS = ("red", "lime", "blue", "yellow", "white")


@pytest.fixture
def covered(tracks, at):
    """The five tracks, each with a cover of its colour."""
    return [give_cover(track, color, at=at) for track, color in zip(tracks, COLORS, strict=True)]


def again(playlist) -> Playlist:
    return Playlist.objects.get(pk=playlist.pk)


def redo(playlist) -> bool:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return tasks.compose_cover(playlist_id=playlist.pk)


def colors_of(playlist) -> list[str]:
    """The colours of the four quarters of the composed picture."""
    with Image.open(BytesIO(storage.read(f"{again(playlist).cover.folder}/large.webp"))) as image:
        assert image.size == (600, 600)
        shades = [image.convert("RGB").getpixel(place) for place in ((99, 99), (499, 99), (99, 499), (499, 499))]
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0), "white": (255,) * 3}
    return [min(names, key=lambda n: sum(abs(a - b) for a, b in zip(names[n], s, strict=True))) for s in shades]


def stored() -> set[str]:
    return {found.key.split("/")[1] for found in storage.walk(Cover.ROOT)}


def choose(playlist, owner, at):
    with TestCase.captureOnCommitCallbacks(execute=True), ContentFile(png(), name="cover.png") as image:
        return services.set_artwork(playlist=playlist, image=image, by=owner, at=at)


def test_four_covers_make_a_picture_that_follows_them(covered, playlist, tracks, owner, at):
    assert redo(playlist)
    assert colors_of(playlist) == ["red", "lime", "blue", "yellow"]
    assert not redo(playlist)
    before = again(playlist).cover.key
    services.move_item(playlist=playlist, track_id=tracks[4].pk, anchor_id=tracks[0].pk, after=False, by=owner, at=at)
    assert redo(playlist)
    assert colors_of(playlist) == ["white", "red", "lime", "blue"]
    assert stored() == {again(playlist).cover.key}
    assert Removal.objects.get(prefix=f"covers/{before}").reason == "composed anew"


def test_what_leaves_the_lists_leaves_the_picture(covered, playlist, tracks, at):
    redo(playlist)
    trash_track(track=tracks[0], at=at)
    with emitted() as events:
        services.settle_track(track_id=tracks[0].pk)
    assert PlaylistCoverOutdated(playlist_id=playlist.pk) in events
    assert redo(playlist)
    assert colors_of(playlist) == ["lime", "blue", "yellow", "white"]


def test_fewer_than_four_are_one(covered, owner, tracks, make_playlist, at):
    playlist = make_playlist(owner, *tracks[:2])
    redo(playlist)
    assert colors_of(playlist) == ["red"] * 4
    key = again(playlist).cover.key
    services.add_track(playlist=playlist, track_id=tracks[2].pk, position=None, by=owner, at=at)
    assert redo(playlist)
    assert again(playlist).cover.key == key
    assert outdated_covers([playlist.pk]) == []


def test_without_covers_there_is_no_picture(covered, owner, tracks, make_playlist, at):
    playlist = make_playlist(owner, tracks[0])
    redo(playlist)
    services.remove_track(playlist=playlist, track_id=tracks[0].pk, by=owner, at=at)
    assert redo(playlist)
    assert again(playlist).cover is None
    assert stored() == set()


def test_what_was_chosen_stays_until_it_is_let_go(covered, playlist, owner, at):
    redo(playlist)
    composed = again(playlist).cover
    chosen = choose(playlist, owner, at).artwork
    assert not redo(playlist)
    assert stored() == {composed.key, chosen.key}
    other = choose(playlist, owner, at).artwork
    assert stored() == {composed.key, other.key}
    with TestCase.captureOnCommitCallbacks(execute=True), emitted() as events:
        services.remove_artwork(playlist=playlist, by=owner, at=at)
        services.remove_artwork(playlist=playlist, by=owner, at=at)
    assert stored() == {composed.key}
    assert PlaylistCoverOutdated(playlist_id=playlist.pk) in events


def test_whose_tracks_have_changed_meanwhile_is_composed_again_later(covered, playlist):
    assert not covers.switch_cover(playlist_id=playlist.pk, cover=None, cover_of=[1])
    assert not covers.keep_cover(playlist_id=playlist.pk, cover_of=[1])


def test_going_private_gives_the_chosen_picture_a_new_name(playlist, owner, at):
    old = choose(playlist, owner, at).artwork
    with emitted() as events:
        services.update_playlist(playlist=playlist, changes={"visibility": "private"}, by=owner, at=at)
    [told] = [event for event in events if isinstance(event, PlaylistWithdrawn)]
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert tasks.move_artwork(playlist_id=playlist.pk, artwork_id=told.artwork_id)
    assert stored() == {again(playlist).artwork.key} != {old.key}
    assert not tasks.move_artwork(playlist_id=playlist.pk, artwork_id=told.artwork_id)
    assert not tasks.move_artwork(playlist_id=playlist.pk, artwork_id=None)


def test_a_picture_that_was_exchanged_meanwhile_is_left_alone(playlist, owner, at):
    old = choose(playlist, owner, at).artwork
    new = Cover(key="0" * 32, color="#000000", placeholder="", created_at=at)
    choose(playlist, owner, at)
    assert not covers.switch_artwork(playlist_id=playlist.pk, old=old, new=new)


def test_pictures_of_what_lies_in_the_trash_are_not_shown(playlist, owner, at, api):
    key = choose(playlist, owner, at).artwork.key
    services.trash_playlist(playlist=playlist, by=owner, at=at)
    assert api.get(f"/files/{key}/thumb.webp").status_code == 404
    services.restore_playlist(playlist=playlist, by=owner)
    assert api.get(f"/files/{key}/thumb.webp").status_code == 200


def test_purging_removes_every_object(covered, playlist, owner, at):
    redo(playlist)
    choose(playlist, owner, at)
    assert len(stored()) == 2
    with TestCase.captureOnCommitCallbacks(execute=True):
        services.purge_playlist(playlist_id=playlist.pk, reason="test")
    assert stored() == set()
    assert not Cover.objects.exists()
    assert list(storage.walk(SHELVES[0].root)) == []


def test_a_picture_is_made_of_any_shapes():
    wide = BytesIO()
    Image.new("RGBA", (300, 20), "red").save(wide, "WEBP")
    with Image.open(BytesIO(compose([wide.getvalue(), webp("blue"), webp("red"), webp("lime")]))) as image:
        assert image.size == (600, 600)
