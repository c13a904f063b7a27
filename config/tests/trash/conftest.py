"""Something of each kind in the trash."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib.viewer import Viewer
from engagement.comments import services as comments
from engagement.models import Comment
from engagement.posts import services as posts
from playlists import services as playlists
from playlists.models import Playlist
from tracks import services as tracks
from tracks.tests.conftest import finish, made, make_ready, rooms, tone

__all__ = ["finish", "made", "make_ready", "rooms", "tone"]


@pytest.fixture
def at():
    return timezone.now()


def say(person, track, body, at, *, parent=None) -> Comment:
    words = comments.Words(body=body, parent_id=parent and parent.pk)
    return comments.add_comment(track_id=track.pk, viewer=Viewer(user=person), words=words, at=at).comment


def make_list(person, track_ids, at) -> Playlist:
    return playlists.create_playlist(owner=person, details={"title": "Evening"}, track_ids=track_ids, at=at)


@pytest.fixture
def thrown(owner, stranger, make_ready, at) -> list[tuple[str, int]]:
    """Something of each kind in the owner's trash, the last thrown first; and the same of the stranger's beside it."""
    stage, past = make_ready(owner, title="Stage"), at - timedelta(days=2)
    post = posts.publish_post(author=owner, body="x" * 100, at=past)
    track, own, taken = make_ready(owner, title="Tide"), say(owner, stage, "own", past), say(stranger, stage, "b", past)
    evening, morning = (make_list(person, [stage.pk], past) for person in (owner, stranger))
    moments = iter([at + timedelta(seconds=n) for n in range(5)])
    tracks.trash_track(track=track, at=next(moments))
    posts.trash_post(post=post, at=next(moments))
    playlists.trash_playlist(playlist=evening, by=owner, at=next(moments))
    comments.delete_comment(comment=own, by=owner, at=next(moments))
    comments.delete_comment(comment=taken, by=owner, at=next(moments))
    tracks.trash_track(track=make_ready(stranger), at=at)
    playlists.trash_playlist(playlist=morning, by=stranger, at=at)
    comments.delete_comment(comment=say(stranger, stage, "not the owner's", past), by=stranger, at=at)
    posts.trash_post(post=posts.publish_post(author=stranger, body="y", at=past), at=at)
    return [
        ("comment", taken.pk),
        ("comment", own.pk),
        ("playlist", evening.pk),
        ("post", post.pk),
        ("track", track.pk),
    ]
