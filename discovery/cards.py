"""Entries of feeds as JSON: plain functions over rows and cards."""

from collections.abc import Sequence
from typing import Any, Protocol

# So many people stand on one entry, the newest first; `actors_count` says how many there are.
MOST_ACTORS = 100


class Done(Protocol):
    """That somebody did something, and when."""

    @property
    def actor_id(self) -> int: ...
    @property
    def verb(self) -> str: ...
    @property
    def created_at(self) -> Any: ...


def feed_item(acts: Sequence[Done], *, people: dict[int, dict[str, Any]], thing: dict[str, Any]) -> dict[str, Any]:
    """One thing, and who of those who are followed did what with it, the newest first; it stands where the newest of
    them put it. `kind` says which member holds the thing."""
    actors = [
        {"verb": act.verb, "created_at": act.created_at, "user": people[act.actor_id]} for act in acts[:MOST_ACTORS]
    ]
    return {
        "kind": thing["kind"],
        "created_at": acts[0].created_at,
        "actors": actors,
        "actors_count": len(acts),
        thing["kind"]: thing,
    }


def discovered(thing: dict[str, Any], *, code: str) -> dict[str, Any]:
    """A thing of somebody whom the reader does not follow, and why it is shown."""
    return {"kind": thing["kind"], "reason": {"code": code}, thing["kind"]: thing}
