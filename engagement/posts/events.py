from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event

AUTHOR = ("user:{owner_id}",)


@dataclass(frozen=True, kw_only=True)
class PostPublished(Event):
    """Somebody wrote a post."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    post_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PostEdited(Event):
    """A post says something else than before, or brings something else."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    post_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PostTrashed(Event):
    """A post lies in the trash."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    post_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PostRestored(Event):
    """A post is back from the trash, as it was."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    post_id: int
    owner_id: int
