"""People and tracks in numbers, written past the services: what is measured is reading."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import User, UserCounts
from accounts.services.sessions import Device, open_session
from config.lib.secrets import random_key
from engagement.comments.models import Comment, CommentCounts
from engagement.models import TrackLike
from tracks.choices import State
from tracks.models import Artwork, Sound, Track, TrackCounts

PEOPLE, TRACKS = 5_000, 5_000
BATCH = 1_000


def furnish() -> tuple[User, Track]:
    """Fill an empty database; the person who looks, and a track that everybody likes."""
    at = timezone.now()
    people = User.objects.bulk_create(
        [
            User(username=f"person-{n}", email=f"person-{n}@example.org", created_at=at, verified_at=at)
            for n in range(PEOPLE)
        ],
        batch_size=BATCH,
    )
    UserCounts.objects.bulk_create([UserCounts(user=person) for person in people], batch_size=BATCH)
    tracks = make_tracks(people)
    likes = [
        TrackLike(person=person, track=tracks[0], created_at=at - timedelta(seconds=n))
        for n, person in enumerate(people)
    ]
    likes += [TrackLike(person=people[0], track=track, created_at=at) for track in tracks[1:200]]
    TrackLike.objects.bulk_create(likes, batch_size=BATCH)
    make_comments(people, tracks[0])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return people[0], tracks[0]


def make_comments(people: list[User], track: Track) -> None:
    """What everybody says to it, at moments of it."""
    at = timezone.now()
    comments = Comment.objects.bulk_create(
        [
            Comment(
                author=person, track=track, body="That bell, far away. " * 3, timestamp_ms=n * 30, place_ms=n * 30,
                created_at=at - timedelta(seconds=n),
            )
            for n, person in enumerate(people)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    CommentCounts.objects.bulk_create([CommentCounts(comment=comment) for comment in comments], batch_size=BATCH)


def make_tracks(people: list[User]) -> list[Track]:
    """Tracks that can be played as far as rows say so, with covers."""
    at = timezone.now()
    covers = Artwork.objects.bulk_create(
        [Artwork(key=random_key(), color="#336699", placeholder="x" * 400, created_at=at) for _ in range(TRACKS)],
        batch_size=BATCH,
    )
    tracks = Track.objects.bulk_create(
        [
            Track(
                owner=people[n % len(people)], title=f"Track {n}", permalink=f"track-{n}", artwork=covers[n],
                description="Recorded on a quiet evening by the water. " * 4, genre="Ambient", tags=["slow", "piano"],
                duration_ms=180_000, created_at=at - timedelta(minutes=n), updated_at=at,
            )
            for n in range(TRACKS)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    TrackCounts.objects.bulk_create([TrackCounts(track=track) for track in tracks], batch_size=BATCH)
    sounds = Sound.objects.bulk_create([sound_of(track) for track in tracks], batch_size=BATCH)
    for track, sound in zip(tracks, sounds, strict=True):
        track.sound, track.state, track.published_at = sound, State.READY, track.created_at
    Track.objects.bulk_update(tracks, ["sound", "state", "published_at"], batch_size=BATCH)
    return tracks


def sound_of(track: Track) -> Sound:
    """A sound whose loudness is known."""
    return Sound(
        track=track, key=random_key(), state=State.READY, original_name="a.wav", original_bytes=1,
        created_at=track.created_at, due_at=track.created_at, integrated_lufs=-14.2, true_peak_dbtp=-1.0, range_lu=6.5,
    )  # fmt: skip


def sign_in(person: User) -> str:
    """The access token of a new session."""
    device = Device(user_agent="bench", address="127.0.0.1")
    return open_session(user=person, device=device, at=timezone.now()).access
