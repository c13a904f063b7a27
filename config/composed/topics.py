"""What one may follow live, by the name that a client gives it."""

from collections.abc import Callable

from config.lib.viewer import Viewer

# A kind of topic, with the rest of its name -> the topics of the log; None where the viewer finds nothing.
Follow = Callable[[Viewer, str], frozenset[str] | None]


def own(viewer: Viewer, rest: str) -> frozenset[str] | None:
    """What concerns the person alone, on all their devices."""
    return frozenset({f"user:{viewer.user_id}"}) if viewer.user_id and not rest else None


KINDS: dict[str, Follow] = {"me": own}


class TopicUnknown(ValueError):
    """There is no such kind of topic."""


def topics_named(name: str, *, viewer: Viewer) -> frozenset[str] | None:
    """The topics of the log behind a name such as `me`; None for what is not there for this viewer.

    Raises TopicUnknown.
    """
    kind, _, rest = name.partition(":")
    if kind not in KINDS:
        raise TopicUnknown(name)
    return KINDS[kind](viewer, rest)
