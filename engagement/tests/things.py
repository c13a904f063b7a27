"""What can be liked and reposted, noun by noun: where its marks are, where they are counted, what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import playlists.services as playlist_services
import tracks.services as track_services
from config.lib.events import Event
from engagement import events, services
from playlists.models import Playlist, PlaylistCounts
from tracks.models import Track, TrackCounts

Thing = Track | Playlist


@dataclass(frozen=True, kw_only=True)
class Noun:
    """`told`: what is told of a like, of its end, of a repost, of other words with it, of its end."""

    name: str
    likes: services.MarkKind
    reposts: services.RepostKind
    counts: type[TrackCounts | PlaylistCounts]
    told: tuple[type[Event], ...]
    update: Callable[..., Any]
    trash: Callable[..., Any]
    link: Callable[..., Any]
    purge: Callable[..., bool]


TRACKS = Noun(
    name="track",
    likes=services.TRACK_LIKES,
    reposts=services.TRACK_REPOSTS,
    counts=TrackCounts,
    told=(
        events.TrackLiked,
        events.TrackUnliked,
        events.TrackReposted,
        events.TrackRepostEdited,
        events.TrackUnreposted,
    ),
    update=lambda track, changes, at: track_services.update_track(track=track, changes=changes, at=at),
    trash=lambda track, at: track_services.trash_track(track=track, at=at),
    link=lambda track, at: track_services.make_secret_token(track=track, at=at),
    purge=lambda track, at: track_services.purge_track(track_id=track.pk, reason="test", at=at),
)
PLAYLISTS = Noun(
    name="playlist",
    likes=services.PLAYLIST_LIKES,
    reposts=services.PLAYLIST_REPOSTS,
    counts=PlaylistCounts,
    told=(
        events.PlaylistLiked,
        events.PlaylistUnliked,
        events.PlaylistReposted,
        events.PlaylistRepostEdited,
        events.PlaylistUnreposted,
    ),
    update=lambda found, changes, at: playlist_services.update_playlist(
        playlist=found, changes=changes, by=found.owner, at=at
    ),
    trash=lambda found, at: playlist_services.trash_playlist(playlist=found, by=found.owner, at=at),
    link=lambda found, at: playlist_services.make_secret_token(playlist=found, by=found.owner, at=at),
    purge=lambda found, at: playlist_services.purge_playlist(playlist_id=found.pk, reason="test"),
)
NOUNS = {noun.name: noun for noun in (TRACKS, PLAYLISTS)}


def noun_of(thing: Thing) -> Noun:
    return TRACKS if isinstance(thing, Track) else PLAYLISTS


def hide(thing: Thing, *, at: datetime, visibility: str = "private") -> None:
    noun_of(thing).update(thing, {"visibility": visibility}, at)


def trash(thing: Thing, *, at: datetime) -> None:
    noun_of(thing).trash(thing, at)


def token_of(thing: Thing, *, at: datetime) -> str:
    """A new secret token of it."""
    return str(noun_of(thing).link(thing, at).secret_token)


def likes_on(thing: Thing) -> Any:
    """The rows of its likes."""
    return noun_of(thing).likes.model.objects.on(thing.pk)


def reposts_on(thing: Thing) -> Any:
    """The rows of its reposts."""
    return noun_of(thing).reposts.model.objects.on(thing.pk)


def counts(thing: Thing) -> tuple[int, int]:
    """(likes, reposts) on its card."""
    row = noun_of(thing).counts.objects.get(pk=thing.pk)
    return row.likes, row.reposts


def facts(thing: Thing, person: Any) -> dict[str, int]:
    """What is told of a mark of that person's on it."""
    return {"user_id": person.pk, f"{noun_of(thing).name}_id": thing.pk, "owner_id": thing.owner_id}
