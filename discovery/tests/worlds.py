"""Random worlds in which people follow, mute, block and repost, and what their feeds have to be: an oracle that knows
the rules from the contract, in plain Python over what the world was made of, and nothing of the statements."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from accounts.models import Block, User, UserCounts
from config.lib.secrets import random_key
from config.lib.viewer import Viewer
from discovery.queries import Feed, Spot
from engagement.models import Post, PostCounts
from playlists.models import Playlist, PlaylistCounts
from social.models import Activity, ActorLast, Follow, Mute
from tracks.choices import State
from tracks.models import Sound, Track, TrackCounts

BEGUN = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = ("track", "playlist", "post")
MODELS: dict[str, Any] = {"track": Track, "playlist": Playlist, "post": Post}
# Of an entry: its kind and id, and who did what, the newest first.
Entry = tuple[str, int, list[tuple[int, str]]]


@dataclass
class Thing:
    kind: str
    id: int
    owner: int
    shown: bool


@dataclass
class Act:
    id: int
    at: datetime
    actor: int
    verb: str
    thing: Thing


@dataclass
class World:
    """Who is there, and all that stands between them."""

    dice: Random
    people: list[User] = field(default_factory=list)
    standing: dict[int, bool] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    follows: set[tuple[int, int]] = field(default_factory=set)
    mutes: set[tuple[int, int, str]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)

    # --- making -------------------------------------------------------------------------------------------------------
    @classmethod
    def made(cls, seed: int) -> "World":
        world = cls(dice=Random(seed))  # noqa: S311 -- no secret
        world.add_people(world.dice.randint(3, 9))
        for kind in KINDS:
            world.add_things(kind, world.dice.randint(0, 14))
        world.add_acts()
        world.tie()
        return world

    def add_people(self, count: int) -> None:
        word = random_key()[:8].lower()
        self.people = User.objects.bulk_create(
            User(username=f"p{n}-{word}", email=f"p{n}-{word}@example.org", created_at=BEGUN, verified_at=BEGUN)
            for n in range(count)
        )
        UserCounts.objects.bulk_create(
            UserCounts(user=person, followings=self.dice.choice((0, 10_000))) for person in self.people
        )
        self.standing = {person.pk: True for person in self.people}

    def add_things(self, kind: str, count: int) -> None:
        made = [self.row(kind, self.dice.choice(self.people)) for _ in range(count)]
        rows = MODELS[kind].objects.bulk_create(made)
        if kind == "track":
            TrackCounts.objects.bulk_create(TrackCounts(track=row) for row in rows)
            sounds = Sound.objects.bulk_create(
                Sound(track=row, key=random_key(), original_name="a.wav", original_bytes=1, state=State.READY,
                      created_at=BEGUN, due_at=BEGUN)
                for row in rows
            )  # fmt: skip
            for row, sound in zip(rows, sounds, strict=True):
                row.sound, row.published_at = sound, BEGUN
            Track.objects.bulk_update(rows, ["sound", "published_at"])
        elif kind == "playlist":
            PlaylistCounts.objects.bulk_create(PlaylistCounts(playlist=row) for row in rows)
        else:
            PostCounts.objects.bulk_create(PostCounts(post=row) for row in rows)
        owner = "author_id" if kind == "post" else "owner_id"
        self.things += [Thing(kind, row.pk, getattr(row, owner), True) for row in rows]

    def row(self, kind: str, owner: User) -> Any:
        if kind == "post":
            return Post(author=owner, body="Hello.", created_at=BEGUN)
        facts = {"owner": owner, "title": "Tide", "permalink": random_key(), "created_at": BEGUN, "updated_at": BEGUN}
        return MODELS[kind](**facts, published_at=None if kind == "track" else BEGUN)

    def add_acts(self) -> None:
        """What is published, and reposts; in bursts, with equal times among them."""
        done = [(thing.owner, "publish", thing) for thing in self.things]
        for thing in self.things:
            crowd = self.dice.sample(self.people, self.dice.randint(0, len(self.people)))
            done += [(person.pk, "repost", thing) for person in crowd if thing.kind != "post"]
        self.dice.shuffle(done)
        rows = Activity.objects.bulk_create(
            Activity(actor_id=actor, verb=verb, kind=thing.kind, object_id=thing.id, created_at=self.moment())
            for actor, verb, thing in done
        )
        self.acts = [Act(row.pk, row.created_at, *did) for row, did in zip(rows, done, strict=True)]
        last: dict[int, datetime] = {}
        for act in self.acts:
            last[act.actor] = max(act.at, last.get(act.actor, act.at))
        # An upper bound: some did something later, and undid it.
        later = (timedelta(0), timedelta(0), timedelta(minutes=50))
        ActorLast.objects.bulk_create(
            ActorLast(actor_id=actor, last_at=at + self.dice.choice(later)) for actor, at in last.items()
        )

    def moment(self) -> datetime:
        burst = self.dice.choice((0, 3, 40))
        return BEGUN + timedelta(minutes=burst + self.dice.randint(0, 8))

    def tie(self) -> None:
        """Follows, mutes and blocks; some of them all at once for one person."""
        keen = self.dice.choice(self.people).pk
        for one in self.people:
            for other in self.people:
                if one == other:
                    continue
                if one.pk == keen or self.dice.random() < 0.5:
                    self.follows.add((one.pk, other.pk))
                if self.dice.random() < 0.12:
                    self.mutes.add((one.pk, other.pk, self.dice.choice(("everything", "reposts"))))
                if self.dice.random() < 0.05:
                    self.blocks.add((one.pk, other.pk))
        self.write_ties()

    def write_ties(self) -> None:
        for model in (Follow, Mute, Block):
            model.objects.filter(pk__gt=0).delete()
        Follow.objects.bulk_create(Follow(follower_id=a, followed_id=b, created_at=BEGUN) for a, b in self.follows)
        Mute.objects.bulk_create(Mute(muter_id=a, muted_id=b, scope=s, created_at=BEGUN) for a, b, s in self.mutes)
        Block.objects.bulk_create(Block(blocker_id=a, blocked_id=b, created_at=BEGUN) for a, b in self.blocks)

    # --- what happens to it -------------------------------------------------------------------------------------------
    def shake(self) -> None:
        """Somebody is suspended or leaves, things are hidden or thrown away, acts undone, ties cut."""
        for person in self.people:
            if self.dice.random() < 0.12:
                change = self.dice.choice(({"is_active": False}, {"leaving_at": BEGUN}, {"verified_at": None}))
                User.objects.get_queryset().filter(pk=person.pk).update(**change)
                self.standing[person.pk] = False
        for thing in self.things:
            if self.dice.random() < 0.25:
                self.hide(thing)
        for act in self.dice.sample(self.acts, len(self.acts) // 5):
            Activity.objects.filter(pk=act.id).delete()
            self.acts.remove(act)
        for ties in (self.follows, self.mutes, self.blocks):
            for tie in sorted(ties):  # type: ignore[type-var]  # tuples of one length each
                if self.dice.random() < 0.15:
                    ties.discard(tie)  # type: ignore[arg-type]  # it came from there
        self.write_ties()

    def hide(self, thing: Thing) -> None:
        ways: list[dict[str, Any]] = [{"deleted_at": BEGUN}]
        if thing.kind != "post":
            ways += [{"visibility": "private"}, {"visibility": "unlisted"}]
        if thing.kind == "track":
            ways += [{"published_at": None}, {"sound": None, "published_at": None}]
        MODELS[thing.kind].objects.filter(pk=thing.id).update(**self.dice.choice(ways))
        thing.shown = False

    # --- what has to be -----------------------------------------------------------------------------------------------
    def expected(self, viewer: int, kind: str | None) -> list[Entry]:
        """The whole feed of one of them."""
        entries: dict[tuple[str, int], list[Act]] = {}
        for act in sorted(self.acts, key=lambda act: (act.at, act.id), reverse=True):
            if self.is_told(act, viewer) and kind in {None, act.thing.kind}:
                entries.setdefault((act.thing.kind, act.thing.id), []).append(act)
        return [(*thing, [(act.actor, act.verb) for act in acts]) for thing, acts in entries.items()]

    def is_told(self, act: Act, viewer: int) -> bool:
        if (viewer, act.actor) not in self.follows or not act.thing.shown:
            return False
        if act.verb == "repost" and (viewer, act.actor, "reposts") in self.mutes:
            return False
        return all(self.stands(person, viewer) for person in (act.actor, act.thing.owner))

    def stands(self, person: int, viewer: int) -> bool:
        parted = {(viewer, person), (person, viewer)} & self.blocks
        return self.standing[person] and not parted and (viewer, person, "everything") not in self.mutes

    def mind(self, *, viewers: int = 100) -> Iterator[str]:
        """Every page of so many viewers, down and up again; what is not as it has to be."""
        for viewer in self.dice.sample(self.people, min(viewers, len(self.people))):
            for kind in (None, self.dice.choice(KINDS)):
                wanted, limit = self.expected(viewer.pk, kind), self.dice.choice((2, 3, 7, 20))
                down = list(pages(Feed(viewer=Viewer(user=viewer), kind=kind), limit=limit))
                found = [entry for page in down for entry in page]
                if found != wanted:
                    yield f"{viewer.pk} {kind} by {limit}: {found} is not {wanted}"
                if any(len(page) != limit for page in down[:-1]) or (wanted and not down[-1]):
                    yield f"{viewer.pk} {kind} by {limit}: pages of {[len(page) for page in down]}"
                place = self.dice.randint(0, max(0, len(wanted) - 1))
                newer = above(Feed(viewer=Viewer(user=viewer), kind=kind), place=place, limit=limit)
                if newer != wanted[:place]:
                    yield f"{viewer.pk} {kind} by {limit}, above {place}: {newer} is not {wanted[:place]}"


def told(item: dict[str, Any]) -> Entry:
    assert item["actors_count"] == len(item["actors"])
    return (
        item["kind"],
        item[item["kind"]]["id"],
        [(actor["user"]["id"], actor["verb"]) for actor in item["actors"]],
    )


def pages(feed: Feed, *, limit: int) -> Iterator[list[Entry]]:
    """From the newest to the end."""
    spot = None
    while True:
        page = feed.page(limit=limit, spot=spot)
        yield [told(item) for item in page.items]
        if not page.has_more:
            return
        spot = page.spots[-1]


def above(feed: Feed, *, place: int, limit: int) -> list[Entry]:
    """What stands above the entry with that number, by pages toward the present."""
    everything = feed.page(limit=1000)
    if not everything.items:
        return []
    spot, found = everything.spots[place], []
    while True:
        page = feed.page(limit=limit, spot=Spot(*spot), upward=True)
        found = [told(item) for item in page.items] + found
        if not page.has_more:
            return found
        spot = page.spots[0]
