from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from config.lib.viewer import Viewer
from engagement.comments import services
from engagement.comments.models import Comment
from tracks.models import Track, TrackCounts

MINUTE_MS = 60_000


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def fan(make_user) -> User:
    return make_user("fan")


@pytest.fixture
def track(owner, make_track) -> Track:
    """A minute that everybody may hear."""
    made = make_track(owner, title="Swell")
    Track.objects.filter(pk=made.pk).update(duration_ms=MINUTE_MS)
    return Track.objects.get(pk=made.pk)


@pytest.fixture
def say(track):
    """Somebody says something, each time a good while after the time before."""
    clock = [timezone.now() - timedelta(days=1)]

    def add(author: User, body: str = "", *, to: Comment | None = None, on: Track = track, **more) -> Comment:
        clock[0] += timedelta(minutes=15)
        words = services.Words(body=body or f"at {clock[0]}", parent_id=to.pk if to else None, **more)
        added = services.add_comment(track_id=on.pk, viewer=Viewer(user=author), words=words, at=clock[0])
        return added.comment

    return add


@pytest.fixture
def comments_count(track):
    """What the track's card says."""
    return lambda: TrackCounts.objects.get(track=track).comments


@pytest.fixture
def bodies():
    """What the comments of a page say, in its order; a tombstone says None."""

    def of(answer) -> list[str | None]:
        assert answer.status_code == 200, answer.json()
        return [card["body"] for card in answer.json()["results"]]

    return of
