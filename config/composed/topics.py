"""What one may follow live, by the name that a client gives it."""

import re
from collections.abc import Callable

from config.lib.viewer import Viewer
from social.queries import unheard
from tracks.models import Track

ID = re.compile(r"[0-9]{1,18}\Z")

# A kind of topic, with the rest of its name -> the topics of the log; None where the viewer finds nothing.
Follow = Callable[[Viewer, str], frozenset[str] | None]


def own(viewer: Viewer, rest: str) -> frozenset[str] | None:
    """What concerns the person alone, on all their devices."""
    return frozenset({f"user:{viewer.user_id}"}) if viewer.user_id and not rest else None


def track(viewer: Viewer, rest: str) -> frozenset[str] | None:
    """What happens around a track that the viewer may open."""
    track_id = int(rest) if ID.match(rest) else 0
    found = Track.objects.visible_to(viewer).filter(pk=track_id).exists()
    return frozenset({f"track:{track_id}"}) if found else None


KINDS: dict[str, Follow] = {"me": own, "track": track}
# Of these nobody hears who is not signed in.
OF_PEOPLE = frozenset({"me"})


class TopicUnknown(ValueError):
    """There is no such kind of topic."""


def unheard_by(viewer: Viewer) -> frozenset[int]:
    """The people of whom the viewer is told nothing."""
    return unheard([viewer.user_id])[viewer.user_id] if viewer.user_id else frozenset()


def topics_named(name: str, *, viewer: Viewer) -> frozenset[str] | None:
    """The topics of the log behind a name such as `me`; None for what is not there for this viewer.

    Raises TopicUnknown.
    """
    kind, _, rest = name.partition(":")
    if kind not in KINDS:
        raise TopicUnknown(name)
    return KINDS[kind](viewer, rest)
