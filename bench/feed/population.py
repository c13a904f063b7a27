"""People, follows, tracks and what was done with them, made in the database itself from one row of each; seeded.

Activities come in bursts, few people do most of them, few tracks are reposted by very many. A tenth of the tracks is
private, some people are suspended, and blocks and mutes stand between people anywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from accounts.models import User, UserCounts
from bench.people.loading import timed, unhurried
from bench.people.population import INDEXES, run
from config.lib.secrets import random_key
from tracks.choices import State
from tracks.models import Sound, Track, TrackCounts

FOLLOWED = (10, 100, 1_000, 3_000, 5_000)
BEGUN = datetime(2025, 11, 1, tzinfo=UTC)
# Another row like the only one there is, but for these columns.
LIKE = """
INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(one) || jsonb_build_object({changes}))).*
FROM (SELECT * FROM {table} LIMIT 1) AS one, generate_series({first}, {last}) AS n
"""


@dataclass(frozen=True)
class Sizes:
    """How many there are of each, at a scale (1: all of it)."""

    scale: float

    def of(self, whole: int) -> int:
        return max(100, int(whole * self.scale))

    @property
    def people(self) -> int:
        return self.of(100_000)

    def viewers(self) -> dict[int, int]:
        """How many somebody follows -> their id. Those are no artists."""
        return {min(n, self.people // 4): self.people + 1 + place for place, n in enumerate(FOLLOWED)}

    @property
    def celebrity(self) -> int:
        """Everybody follows them; the one after them nobody."""
        return self.people + 20


def load(sizes: Sizes, *, tell: Callable[[str], None]) -> None:
    """Everything; the tables are empty before."""
    make_one_of_each()
    people, tracks = sizes.people, sizes.of(200_000)
    with unhurried():
        for name, sql in likenesses(people=people + 30, tracks=tracks, artists=people).items():
            timed(name, sql, tell=tell)
        dropped = {table: without_indexes(table) for table in ("social_follow", "social_activity")}
        timed("follows", follows(sizes), tell=tell)
        timed("activities", activities(artists=people, tracks=tracks, reposts=sizes.of(2_800_000)), tell=tell)
        timed("indexes", ";\n".join(sql for table in dropped.values() for sql in table), tell=tell)
        timed("blocks and mutes", ties(people=people, count=sizes.of(200_000)), tell=tell)
        timed("counts", COUNTS, tell=tell)
        timed("statistics", "VACUUM (ANALYZE)", tell=tell)


def make_one_of_each() -> None:
    """A person with a track."""
    person = User(pk=1, username="person-1", email="person-1@example.org", created_at=BEGUN, verified_at=BEGUN)
    User.objects.bulk_create([person])
    UserCounts.objects.create(user=person)
    Track.objects.create(
        pk=1, owner=person, title="Tide", permalink="t1", created_at=BEGUN, updated_at=BEGUN, duration_ms=60_000
    )
    facts = {"track_id": 1, "key": random_key(), "original_name": "a.wav", "original_bytes": 1, "state": State.READY}
    Sound.objects.create(pk=1, **facts, created_at=BEGUN, due_at=BEGUN)
    Track.objects.filter(pk=1).update(sound=1, published_at=BEGUN, state=State.READY)
    TrackCounts.objects.create(track_id=1)


def likenesses(*, people: int, tracks: int, artists: int) -> dict[str, str]:
    """Many of each."""
    person = (
        "'id', n, 'username', 'person-' || n, 'email', 'person-' || n || '@example.org',"
        "'is_active', n % 50 <> 7 OR n > {0}"
    )
    track = (
        f"'id', n, 'owner_id', 1 + floor({artists} * power(random(), 2))::bigint, 'permalink', 't' || n,"
        "'sound_id', n, 'visibility', CASE WHEN n % 10 = 3 THEN 'private' ELSE 'public' END"
    )
    return {
        "people": LIKE.format(table="accounts_user", changes=person.format(artists), first=2, last=people),
        "counts of people": LIKE.format(table="accounts_usercounts", changes="'user_id', n", first=2, last=people),
        "sounds": LIKE.format(
            table="tracks_sound", changes="'id', n, 'track_id', n, 'key', md5(n::text)", first=2, last=tracks
        ),
        "tracks": LIKE.format(table="tracks_track", changes=track, first=2, last=tracks),
        "counts of tracks": LIKE.format(table="tracks_trackcounts", changes="'track_id', n", first=2, last=tracks),
    }


def follows(sizes: Sizes) -> str:
    """By powers of an even draw; the viewers follow exactly so many, everybody the celebrity."""
    people = sizes.people
    exact = " ".join(
        f"UNION ALL SELECT {viewer}, 1 + (n * 7919::bigint) % {people} FROM generate_series(1, {count}) AS n"  # noqa: S608 -- our own numbers
        for count, viewer in sizes.viewers().items()
    )
    return f"""INSERT INTO social_follow (follower_id, followed_id, created_at, is_counted)
SELECT follower, followed, now() - random() * interval '3 years', true FROM (
    SELECT DISTINCT 1 + floor({people} * random())::bigint AS follower,
        1 + floor({people} * power(random(), 3))::bigint AS followed
    FROM generate_series(1, {sizes.of(5_000_000)} * 11 / 10)
    UNION ALL SELECT n, {sizes.celebrity} FROM generate_series(1, {people}) AS n {exact}
) AS pairs WHERE follower <> followed"""  # noqa: S608 -- our own numbers


def activities(*, artists: int, tracks: int, reposts: int) -> str:
    """Each track was published; reposts come in two hundred bursts of an hour, and beside them."""
    moment = """now() - CASE WHEN random() < 0.7 THEN floor(200 * power(random(), 1.5)) * interval '43 hours'
        + random() * interval '1 hour' ELSE random() * interval '360 days' END"""
    return f"""INSERT INTO social_activity (actor_id, verb, kind, object_id, created_at)
SELECT owner_id, 'publish', 'track', id, {moment} FROM tracks_track;
INSERT INTO social_activity (actor_id, verb, kind, object_id, created_at)
SELECT actor, 'repost', 'track', thing, {moment} FROM (
    SELECT DISTINCT 1 + floor({artists} * power(random(), 2))::bigint AS actor,
        1 + floor({tracks} * power(random(), 2.5))::bigint AS thing FROM generate_series(1, {reposts} * 11 / 10)
) AS drawn;
INSERT INTO social_actorlast (actor_id, last_at) SELECT actor_id, max(created_at) FROM social_activity GROUP BY 1
"""  # noqa: S608 -- likewise


def ties(*, people: int, count: int) -> str:
    """Anywhere, and twenty of each for every viewer."""
    pairs = f"""SELECT DISTINCT 1 + floor(random() * {people})::bigint AS one,
        1 + floor(random() * {people})::bigint AS other FROM generate_series(1, {count})
        UNION SELECT viewer, 1 + (n * 7919::bigint * 3) % {people} FROM generate_series({people} + 1, {people} + 5)
            AS viewer, generate_series(1, 20) AS n"""  # noqa: S608 -- likewise
    return f"""INSERT INTO accounts_block (blocker_id, blocked_id, created_at)
SELECT one, other, now() FROM ({pairs}) AS pairs WHERE one <> other;
INSERT INTO social_mute (muter_id, muted_id, scope, created_at)
SELECT one, 1 + (other * 31) % {people}, CASE WHEN one % 2 = 0 THEN 'everything' ELSE 'reposts' END, now()
FROM ({pairs}) AS pairs WHERE one <> 1 + (other * 31) % {people} ON CONFLICT DO NOTHING"""  # noqa: S608 -- likewise


COUNTS = """
UPDATE accounts_usercounts SET followings = n FROM
    (SELECT follower_id, count(*) AS n FROM social_follow GROUP BY 1) AS set WHERE follower_id = user_id
"""


def without_indexes(table: str) -> list[str]:
    """Take the indexes of a table away; the statements that bring them back."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES.replace("social_follow", table))
        found = cursor.fetchall()
        for name, _, constrains, _ in found:
            run(f"ALTER TABLE {table} DROP CONSTRAINT {name}" if constrains else f"DROP INDEX {name}")
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" if constrains else definition
        for name, definition, constrains, rule in found
    ]
