"""The feed of somebody, a page at a time: rows in order, those that show something, and what they show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import UserCounts
from config.lib.viewer import Viewer
from discovery.cards import feed_item
from discovery.queries.companions import companions
from discovery.queries.things import Cards, people_cards, things_cards
from discovery.queries.walking import FIRST_K, HEAVY, Act, Spot, Walk

Thing = tuple[str, int]
# Rows that are looked at together at least: one by one the last entry of a page could cost a dozen queries.
FEWEST = 16


@dataclass(frozen=True, kw_only=True)
class Page:
    """Entries from the newest to the oldest, the place of each, and whether more follow in the direction that was
    walked."""

    items: list[dict[str, Any]]
    spots: list[Spot]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Of one person; `kind`: things of that kind alone."""

    viewer: Viewer
    kind: str | None = None

    def page(self, *, limit: int, spot: Spot | None = None, upward: bool = False) -> Page:
        """The entries next to the place: older ones, or newer ones with `upward`; full, or the last there are."""
        wanted = limit + 1
        found: list[tuple[Act, dict[str, Any]]] = []
        # Some rows show nothing: what has left the lists, or what stands elsewhere for somebody did more with it.
        for batch in self.walk(size=2 * wanted, spot=spot, upward=upward).batches():
            for act, item in self.entries(batch, wanted=wanted - len(found)):
                found.append((act, item))
            if len(found) >= wanted:
                break
        shown = found[:limit][:: -1 if upward else 1]
        return Page(
            items=[item for _, item in shown],
            spots=[Spot(act.created_at, act.id) for act, _ in shown],
            has_more=len(found) > limit,
        )

    def walk(self, *, size: int, spot: Spot | None, upward: bool) -> Walk:
        """Over the rows of whom the person follows."""
        viewer_id = self.viewer.user.pk
        heavy = UserCounts.objects.filter(user_id=viewer_id, followings__gte=HEAVY).exists()
        return Walk(viewer_id=viewer_id, size=size, spot=spot, kind=self.kind, upward=upward, heavy=heavy, k=FIRST_K)

    def entries(self, batch: Sequence[Act], *, wanted: int) -> Iterator[tuple[Act, dict[str, Any]]]:
        """Those rows that stand for an entry, with it; hardly more of them are looked at than are wanted."""
        rest = batch
        while rest and wanted > 0:
            count = max(wanted + wanted // 4, FEWEST)
            some, rest = rest[:count], rest[count:]
            gathered = Gathered.of({(act.kind, act.object_id) for act in some}, viewer=self.viewer)
            standing = [act for act in some if gathered.stands(act)]
            cards = cards_of(standing, viewer=self.viewer)
            for act in standing:
                thing = cards[act.kind].get(act.object_id)
                if thing is not None:
                    wanted -= 1
                    yield act, gathered.item(act, thing=thing)


@dataclass(frozen=True)
class Gathered:
    """Who did what with some things, of the people whom the viewer follows and may see; the newest act first."""

    people: Cards
    acts: dict[Thing, list[Act]] = field(default_factory=dict)

    @classmethod
    def of(cls, things: set[Thing], *, viewer: Viewer) -> "Gathered":
        """Two queries."""
        acts = companions(viewer_id=viewer.user.pk, things=things)
        gathered = cls(people=people_cards({act.actor_id for act in acts}, viewer=viewer))
        for act in acts:
            if act.actor_id in gathered.people:
                gathered.acts.setdefault((act.kind, act.object_id), []).append(act)
        return gathered

    def stands(self, act: Act) -> bool:
        """Whether the entry of its thing stands at this row: at the newest that the viewer is shown."""
        acts = self.acts.get((act.kind, act.object_id))
        return bool(acts) and acts[0].id == act.id  # type: ignore[index]  # not None where it is true

    def item(self, act: Act, *, thing: dict[str, Any]) -> dict[str, Any]:
        """The entry that stands at this row."""
        return feed_item(self.acts[act.kind, act.object_id], people=self.people, thing=thing)


def cards_of(acts: Sequence[Act], *, viewer: Viewer) -> dict[str, Cards]:
    """Kind -> the cards of the things of these rows that the viewer is shown. One query a kind that occurs."""
    ids: dict[str, set[int]] = {}
    for act in acts:
        ids.setdefault(act.kind, set()).add(act.object_id)
    return {kind: things_cards(kind, of_kind, viewer=viewer) for kind, of_kind in ids.items()}
