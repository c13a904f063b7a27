"""Everything that is to be read: asked of the rows after each step, by all, and of the doors in every fourth life."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis.stateful import invariant
from psycopg import ClientCursor

from accounts.models import Block, User, UserCounts
from accounts.services.sessions import Device, open_session
from config.lib.testing import Api
from config.tests.prove.world.base import NAMES, Life, joined
from config.tests.prove.world.doors import cards, names
from config.tests.prove.world.model import Name
from social.models import Follow, Mute, SpaceMember
from social.queries import relationships
from tracks.models import Track

DEVICE = Device(user_agent="pytest", address="127.0.0.1")
PROFILE_COUNTS = ("followers", "followings", "tracks", "playlists")
PREPARED = "the_world"
TIDIES_EVERY = 200  # lives


class RowReads(Life):
    """The querysets that decide. What they ask stays the same all along, so it is asked in one statement."""

    statement: ClassVar[str | None] = None
    labels: ClassVar[tuple[str, ...]] = ()

    @invariant()
    def rows_say_what_the_model_says(self) -> None:
        """To everybody, and to nobody in particular."""
        with connection.cursor() as cursor:
            if not holds(cursor, PREPARED):  # any refusal takes it along: psycopg lets go of all when it rolls back
                self.prepare(cursor)
            cursor.execute(f"EXECUTE {PREPARED}")
            told = cursor.fetchone()
        assert dict(zip(self.labels, told, strict=True)) == self.expected()

    def prepare(self, cursor: Any) -> None:
        """Planning all that takes ten times as long as answering it."""
        if type(self).statement is None:
            self.write_statement()
        cursor.execute(self.statement)

    def write_statement(self) -> None:
        """`SELECT ARRAY(…), ARRAY(…)` of all questions, in their order."""
        questions = dict(self.questions())
        asked = [rows.query.sql_with_params() for rows in questions.values()]
        select = f"SELECT {', '.join(f'ARRAY({sql})' for sql, _ in asked)}"
        values = [value for _, params in asked for value in params]
        type(self).labels = tuple(questions)
        type(self).statement = f"PREPARE {PREPARED} AS {ClientCursor(connection.connection).mogrify(select, values)}"

    def questions(self) -> Iterator[tuple[str, QuerySet]]:
        yield from super().questions()
        counts = UserCounts.objects.order_by("user__username")
        yield "counts", counts.values_list(joined("user__username", *PROFILE_COUNTS))
        for name in self.lookers:
            viewer = self.viewer(name)
            people, tracks = User.objects.visible_to(viewer).order_by("username"), Track.objects.visible_to(viewer)
            pair = joined("follower__username", "followed__username")
            yield f"{name}: people", people.values_list("username")
            yield f"{name}: listed people", people.listed().values_list("username")
            yield f"{name}: follows", Follow.objects.visible_to(viewer).order_by(pair).values_list(pair)
            yield f"{name}: tracks", tracks.order_by("pk").values_list("pk")
            yield f"{name}: listed tracks", tracks.listed().order_by("-published_at", "-id").values_list("pk")
            for what, model, side in (("blocks", Block, "blocked"), ("mutes", Mute, "muted")) if name else ():
                own = model.objects.visible_to(viewer).order_by("-created_at")
                yield f"{name}: {what}", own.values_list(f"{side}__username")
            members = SpaceMember.objects.visible_to(viewer).order_by("person__username")
            yield f"{name}: members", members.values_list("person__username")

    def expected(self) -> dict[str, list]:
        model = self.model
        found = super().expected() | {
            "counts": ["/".join(map(str, (name, *model.counts(name)))) for name in sorted(NAMES)]
        }
        for name in self.lookers:
            found[f"{name}: members"] = model.members(name)
            found[f"{name}: people"] = sorted(model.seen(name))
            found[f"{name}: listed people"] = sorted(model.listed_people(name))
            found[f"{name}: follows"] = sorted("/".join(pair) for pair in model.visible_follows(name))
            found[f"{name}: tracks"] = sorted(model.open_pieces(name))
            found[f"{name}: listed tracks"] = model.listed_pieces(name)
            if name is not None:
                found |= {f"{name}: blocks": model.blocked(name), f"{name}: mutes": model.muted(name)}
        return found


class DoorReads(RowReads):
    """The API, as an app walks through it."""

    walks_every: ClassVar[int] = 4  # lives
    lives: ClassVar[int] = 0
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.before = self.signed_in("owner")

    def signed_in(self, name: str) -> Api:
        user = User.objects.get_queryset().get(username=name)
        pair = open_session(user=user, device=DEVICE, at=timezone.now())
        return Api(headers={"Authorization": f"Bearer {pair.access}"})

    def look(self) -> None:
        number, rest = divmod(self.lives, self.walks_every)
        if rest == 0:
            self.walk(self.lookers[number % len(self.lookers)])

    def teardown(self) -> None:
        super().teardown()
        type(self).lives += 1
        type(self).steps += self.step
        if self.lives % TIDIES_EVERY == 0:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")  # what was rolled back is in the way of every look

    def walk(self, name: Name) -> None:
        """Through every door; whoever is shut out finds them closed, with a session of before too."""
        if name is not None and not self.acts(name):
            if name == "owner":
                assert self.before.get("/api/v1/users/").status_code == 401
            return
        client = Api() if name is None else self.signed_in(name)
        assert set(names(client, "users/")) == self.model.listed_people(name)
        assert [card["id"] for card in cards(client, "tracks/")] == self.model.listed_pieces(name)
        for person in NAMES:
            self.walk_to(person, name, client)
        for number in self.model.pieces:
            assert (cards(client, f"tracks/{number}/") is not None) == self.model.visible(name, number)
        self.walk_further(name, client)
        if name is not None:
            self.walk_home(name, client)

    def walk_to(self, person: str, name: Name, client: Api) -> None:
        """A person's profile and lists."""
        profile = cards(client, f"users/{person}/")
        lists = [f"users/{person}/{what}/" for what in ("followers", "followings", "tracks")]
        if not self.model.sees(name, person):
            assert [profile, *(cards(client, path) for path in lists)] == [None] * 4
            return
        counts = tuple(profile[f"{what}_count"] for what in PROFILE_COUNTS)
        assert counts == self.model.counts(person)
        assert names(client, lists[0]) == self.model.followers(name, person)
        wanted = self.model.followings(name, person)
        assert names(client, lists[1], private=wanted is None) == wanted
        assert [card["id"] for card in cards(client, lists[2])] == self.model.listed_pieces(name, owner=person)

    def walk_home(self, name: str, client: Api) -> None:
        """One's own lists, and how one stands to the others."""
        model, others = self.model, [other for other in NAMES if other != name]
        assert {card["id"] for card in cards(client, "me/tracks/")} == model.own_pieces(name)
        assert names(client, "me/blocks/") == model.blocked(name)
        assert [card["user"]["username"] for card in cards(client, "me/mutes/")] == model.muted(name)
        told = relationships(user_id=self.users[name].pk, other_ids=[self.users[other].pk for other in others])
        for other, now in zip(others, told, strict=True):
            said = (now.following, now.followed_by, now.blocking, now.muting)
            pair, back = (name, other), (other, name)
            ties = (pair in model.follows, back in model.follows)
            assert said == (*ties, pair in model.blocks, pair in model.mutes)


def holds(cursor: Any, prepared: str) -> bool:
    """Whether the connection has a prepared statement of this name."""
    cursor.execute("SELECT FROM pg_prepared_statements WHERE name = %s", [prepared])
    return cursor.fetchone() is not None
