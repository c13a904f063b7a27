"""Links to tracks."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from config.lib.grants import Grant
from config.lib.viewer import Viewer
from tracks.choices import Reach
from tracks.models import Track, TrackShareLink
from tracks.policies import can_edit_track
from tracks.services.publishing import emit_withdrawn, lock_editable_track
from tracks.sharing.kinds import Kind


def visible_tracks(viewer: Viewer) -> Any:
    return Track.objects.visible_to(viewer)


def hold_track(track: Track, by: Any) -> Track:
    """Raises RoleTooLow, Space.DoesNotExist, Track.DoesNotExist."""
    return lock_editable_track(track, by=by)


def shut_track(track: Track) -> None:
    """Whoever came through the link has seen where the cover lies; what everybody may open keeps its cover's name."""
    if track.reach <= Reach.LINK:
        emit_withdrawn(track)


def opened_tracks(grant: Grant, viewer: Viewer) -> Q:
    """The one track that the link leads to."""
    links = TrackShareLink.objects.granting(grant, thing="track")
    return Q(Exists(links.filter(track_id=OuterRef("pk"))))


TRACK = Kind(
    name="track",
    links=TrackShareLink,
    thing="track",
    visible_to=visible_tracks,
    may_edit=can_edit_track,
    hold=hold_track,
    shut=shut_track,
    opens=opened_tracks,
)
