"""What people like and pass on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from hypothesis.stateful import rule

from config.lib.testing import Api
from config.tests.prove.world.base import Life, joined, people, positions, switches
from config.tests.prove.world.doors import cards, names
from config.tests.prove.world.model import Name, People
from engagement.models import TrackLike, TrackRepost
from engagement.services import TRACK_LIKES, TRACK_REPOSTS, NotListed, like, repost, settle_marks, unlike, unrepost
from tracks.models import Track


@dataclass
class Marks(People):
    """Marks are (who, on which track)."""

    likes: set[tuple[str, int]] = field(default_factory=set)
    reposts: set[tuple[str, int]] = field(default_factory=set)

    def shown(self, viewer: Name, number: int) -> bool:
        """Whether lists show a track to the viewer."""
        return self.is_listed(number) and self.visible(viewer, number)

    def marks(self, viewer: Name, marks: set[tuple[str, int]], *, told: bool) -> list[str]:
        """Those of people whom the viewer may see, on what lists show; `told`: of people who tell theirs."""
        found = [(name, number) for name, number in marks if self.meets(viewer, name) and self.shown(viewer, number)]
        tells = [(name, number) for name, number in found if not told or self.tells_likes(viewer, name)]
        return sorted(f"{name}/{number}" for name, number in tells)

    def tells_likes(self, viewer: Name, name: str) -> bool:
        return name == viewer or self.people[name].likes_public


class MarkRules(Life):
    """Likes and reposts of tracks."""

    model: Marks

    @rule(name=people, position=positions, on=switches)
    def like_a_track(self, name: str, position: int, on: bool) -> None:
        self.mark(name, position, on=on, marks=self.model.likes, kind=TRACK_LIKES)

    @rule(name=people, position=positions, on=switches)
    def repost_a_track(self, name: str, position: int, on: bool) -> None:
        self.mark(name, position, on=on, marks=self.model.reposts, kind=TRACK_REPOSTS)

    @rule(name=people, on=switches)
    def tell_likes(self, name: str, on: bool) -> None:
        self.wish(name, "likes_public", on=on)

    def mark(self, name: str, position: int, *, on: bool, marks: set[tuple[str, int]], kind: Any) -> None:
        """One's own mark is taken off what went out of sight too."""
        if not self.acts(name):
            return
        number, _ = self.chosen(position)
        seen, has = self.model.visible(name, number), (name, number) in marks
        about = {"kind": kind, "viewer": self.viewer(name), "thing_id": number}
        if not on:
            undo = unlike if kind is TRACK_LIKES else unrepost
            if self.attempt(lambda: undo(**about), expected=None if seen or has else Track.DoesNotExist):
                marks.discard((name, number))
            return
        at, expected = self.tick(), None if seen else Track.DoesNotExist
        if kind is TRACK_REPOSTS and seen and not self.model.is_listed(number):
            expected = NotListed
        words = {} if kind is TRACK_LIKES else {"caption": None}
        set_it: Any = like if kind is TRACK_LIKES else repost
        if self.attempt(lambda: set_it(**about, **words, at=at), expected=expected):
            marks.add((name, number))

    def walk_further(self, name: Name, client: Api) -> None:
        super().walk_further(name, client)
        for number in self.model.pieces:
            self.walk_round(number, name, client)

    def walk_round(self, number: int, name: Name, client: Api) -> None:
        """Who likes a track, and who passes it on."""
        model, path = self.model, f"tracks/{number}"
        if not model.visible(name, number):
            assert [cards(client, f"{path}/{what}/") for what in ("likers", "reposters")] == [None] * 2
            return
        met = {person for person in model.people if model.meets(name, person)}
        likers = {person for person in met if (person, number) in model.likes and model.tells_likes(name, person)}
        assert set(names(client, f"{path}/likers/") or ()) == likers
        reposters = {person for person in met if (person, number) in model.reposts}
        assert set(names(client, f"{path}/reposters/") or ()) == reposters

    def settle(self, name: str) -> None:
        super().settle(name)
        settle_marks(user_id=self.users[name].pk)

    def questions(self) -> Iterator[tuple[str, QuerySet]]:
        yield from super().questions()
        for name in self.lookers:
            viewer, pair = self.viewer(name), joined("person__username", "track_id")
            likes = TrackLike.objects.visible_to(viewer).told_to(viewer).shown_to(viewer)
            reposts = TrackRepost.objects.visible_to(viewer).shown_to(viewer)
            yield f"{name}: likes", likes.order_by(pair).values_list(pair)
            yield f"{name}: reposts", reposts.order_by(pair).values_list(pair)

    def expected(self) -> dict[str, list]:
        model, found = self.model, super().expected()
        for name in self.lookers:
            found[f"{name}: likes"] = model.marks(name, model.likes, told=True)
            found[f"{name}: reposts"] = model.marks(name, model.reposts, told=False)
        return found
