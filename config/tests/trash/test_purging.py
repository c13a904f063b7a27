"""What was thrown away goes for good: nothing too early, and nothing of it is left."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import models

import engagement.services as marks
from config.composed import trash
from config.composed.trash_doctor import overdue
from config.lib import advisory
from config.lib.viewer import Viewer
from config.models import Removal
from config.tests.trash.conftest import make_list, say
from engagement.comments import services as comments
from engagement.models import Comment, Post
from engagement.plays import services as plays
from engagement.posts import services as posts
from playlists.models import Playlist
from social.models import Activity
from tracks import services as tracks
from tracks.models import Artwork, BlockedSound, DownloadDay, Sound, Track, Upload
from tracks.sharing import services as sharing
from tracks.sharing.of_tracks import TRACK
from tracks.tests.conftest import png, stored

pytestmark = pytest.mark.django_db

PATH = "/api/v1/me/trash/"
DAYS = timedelta(days=30)
NOTHING = dict.fromkeys(("track", "playlist", "comment", "post"), 0)


# --- by the clock --------------------------------------------------------------------------------


def test_nothing_goes_early_and_everything_when_it_is_due(thrown, at):
    first = at + DAYS - timedelta(microseconds=1)
    assert trash.purge_due(at=first) == NOTHING
    assert trash.count_due(at=at + DAYS) == {"track": 2, "playlist": 1, "comment": 1, "post": 1}
    later = at + DAYS + timedelta(seconds=4)
    told = []
    assert trash.purge_due(at=later, tell=lambda *so_far: told.append(so_far)) == {
        "track": 2,
        "playlist": 2,
        "comment": 3,
        "post": 2,
    }
    assert told == [("track", 2), ("playlist", 2), ("comment", 3), ("post", 2)]
    assert trash.purge_by_the_clock(at=later) == 0


def test_an_operator_may_wait_longer_and_never_less(thrown, at):
    late = at + DAYS * 2
    assert trash.purge_due(before=at - timedelta(days=1), at=late) == NOTHING
    for early in (trash.purge_due, trash.count_due):
        with pytest.raises(trash.TooEarly):
            early(before=at, at=at + DAYS - timedelta(seconds=1))


def test_two_purges_at_once_are_one(thrown, at, monkeypatch):
    class Held:
        def __enter__(self):
            return False

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(advisory, "session_lock", lambda _: Held())
    with pytest.raises(trash.PurgingAlready):
        trash.purge_due(at=at + DAYS * 2)
    assert trash.purge_by_the_clock(at=at + DAYS * 2) == 0
    with pytest.raises(CommandError, match="Another process"):
        call_command("purge_trash")


def test_a_storage_that_is_ill_keeps_one_track_and_no_other(owner, make_ready, at, monkeypatch):
    ill, well = make_ready(owner), make_ready(owner)
    for track in (ill, well):
        tracks.trash_track(track=track, at=at)
    real = trash.purge_track

    def purge(*, track_id, at):
        if track_id == ill.pk:
            raise OSError
        return real(track_id=track_id, at=at)

    with monkeypatch.context() as patch:
        patch.setattr(trash, "purge_track", purge)
        assert trash.purge_due(at=at + DAYS)["track"] == 1
    assert Track.objects.get().pk == ill.pk
    assert not Track.objects.trash_of(Viewer(user=owner)).exists(), "it is on its way out"
    assert trash.purge_due(at=at)["track"] == 1, "and needs no further wait"


def run(*words: str) -> str:
    out = StringIO()
    call_command("purge_trash", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_would_do_does_it_and_then_finds_nothing(thrown, at):
    long_ago = at - DAYS * 2
    for model in (Track, Playlist, Post, Comment):
        model.objects.filter(deleted_at__isnull=False).update(deleted_at=long_ago)
    assert run("--dry-run") == "Would remove 2 tracks, 2 playlists, 3 comments, 2 posts.\n"
    assert run("--dry-run", "--before", "2001-01-31") == "Would remove 0 tracks, 0 playlists, 0 comments, 0 posts.\n"
    assert (
        run("--before", (at - DAYS).isoformat()).splitlines()[-1]
        == "Removed 2 tracks, 2 playlists, 3 comments, 2 posts."
    )
    assert run() == "Removed 0 tracks, 0 playlists, 0 comments, 0 posts.\n"
    with pytest.raises(CommandError, match="less than thirty days ago"):
        run("--before", at.isoformat())
    with pytest.raises(CommandError, match="neither a day nor a moment"):
        run("--before", "yesterday")


def test_the_doctor_says_what_should_have_gone(thrown, at):
    [well] = overdue()
    assert not well.is_wrong
    Post.objects.filter(deleted_at__isnull=False).update(deleted_at=at - DAYS - timedelta(days=1))
    [ill] = overdue()
    assert ill.is_wrong
    assert ill.sentence.startswith("posts are in the trash")


# --- nothing is left -----------------------------------------------------------------------------


def leading_to_a_track() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every foreign key that leads to a track, or to what would go with it."""
    waiting, seen = [Track], set()
    while waiting:
        target = waiting.pop()
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                if field.remote_field and field.related_model is target and (model, field) not in seen:
                    seen.add((model, field))
                    yield model, field
                    if field.remote_field.on_delete is not models.SET_NULL and model not in waiting:
                        waiting.append(model)


def rows_leading() -> dict[str, int]:
    """How many rows stand behind each of these foreign keys."""
    return {
        f"{model._meta.label}.{field.name}": model._default_manager.filter(**{f"{field.name}__isnull": False}).count()
        for model, field in leading_to_a_track()
        if model is not Track
    }


def furnish(owner, fan, track, at) -> None:
    """Something behind every foreign key that leads to the track. A model that comes has to be furnished here."""
    with ContentFile(png(), name="cover.png") as image:
        tracks.set_artwork(track=track, image=image, at=at)
    seen, past = Viewer(user=fan), at - timedelta(hours=2)
    head = say(fan, track, "with @owner", past)
    say(owner, track, "an answer", past, parent=head)
    comments.edit_comment(comment=head, viewer=seen, body="with @owner!", at=at)
    for kind, pk in ((marks.TRACK_LIKES, track.pk), (marks.COMMENT_LIKES, head.pk)):
        marks.like(kind=kind, viewer=seen, thing_id=pk, at=at)
    marks.repost(kind=marks.TRACK_REPOSTS, viewer=seen, thing_id=track.pk, caption="hear", at=at)
    posts.publish_post(author=fan, body="Hear this.", track_id=track.pk, at=at)
    make_list(owner, [track.pk], at)
    sharing.make_share_link(kind=TRACK, thing=track, by=owner, wish=sharing.Wish(label="For the label"), at=at)
    DownloadDay.objects.create(track=track, day=at.date(), downloads=1)
    hear(fan, track, past)
    sound = Sound.objects.get(track=track)
    BlockedSound.objects.create(items=[1], reason="a test", source=sound, created_at=at)
    Upload.objects.create(
        owner=owner, key=sound.key, protocol="tus", state="used", size=4, sound=sound,
        created_at=at, expires_at=at, ended_at=at,
    )  # fmt: skip


def hear(fan, track, at) -> None:
    """A play that counts, and the figures of its day."""
    caller = plays.Caller(user_id=fan.pk, address="address:192.0.2.1", user_agent="Some browser")
    came = plays.Origin(referrer="music.example", country="NZ")
    play_id = plays.start_play(track_id=track.pk, viewer=Viewer(user=fan), caller=caller, origin=came, at=at)
    beat = plays.Beat(position_ms=track.duration_ms, listened_ms=track.duration_ms, ended=True)
    plays.beat_play(play_id=play_id, caller=caller, beat=beat, at=at + timedelta(hours=1))
    assert plays.settle_plays(at=at + timedelta(hours=1)) == 1


def test_nothing_of_a_track_is_left_in_any_table_nor_in_the_storage(owner, make_user, make_ready, at):
    track, fan = make_ready(owner, title="Tide"), make_user("fan")
    furnish(owner, fan, track, at)
    before = rows_leading()
    assert {name for name, rows in before.items() if not rows} == set(), "is a model new? Furnish the track with it."
    objects = stored()
    assert {key.partition("/")[0] for key in objects} == {"art", "sounds"}
    tracks.trash_track(track=Track.objects.get(pk=track.pk), at=at)
    assert trash.purge_due(at=at + DAYS - timedelta(seconds=1))["track"] == 0
    assert (rows_leading(), stored()) == (before, objects)
    assert trash.purge_due(at=at + DAYS)["track"] == 1
    assert plays.drop_plays(track_id=track.pk) == 1, "what follows the event"
    assert {name: rows for name, rows in rows_leading().items() if rows} == {}
    assert stored() == set()
    assert not Artwork.objects.exists()
    assert not Activity.objects.filter(kind="track").exists()
    assert set(Removal.objects.values_list("reason", flat=True)) == {"thrown away"}
    assert Post.objects.get().track is None
    assert trash.purge_due(at=at + DAYS) == NOTHING


class Killed(BaseException):
    """What no handler expects."""


@pytest.mark.parametrize("place", ["purge_between_objects", "purge_before_rows"])
def test_whoever_is_killed_is_followed_by_one_that_ends_it(owner, make_ready, at, monkeypatch, place):
    tracks.trash_track(track=make_ready(owner), at=at)

    def reach(name, **_):
        if name == place:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("config.lib.failpoints.reach", reach)
        with pytest.raises(Killed):
            trash.purge_due(at=at + DAYS)
    assert Track.objects.get().purging_at
    with pytest.raises(Track.DoesNotExist):
        tracks.restore_track(track=Track.objects.get(), by=owner, at=at)
    assert trash.purge_by_the_clock(at=at) == 1
    assert (Track.objects.count(), stored()) == (0, set())
