"""A hundred thousand people who follow each other five million times, made in the database itself, seeded."""

from django.db import connection

PEOPLE, FOLLOWS, TIES = 100_200, 5_000_000, 200_000
# Ids. Everybody follows the celebrity, the fan follows so many; the viewer blocks, is blocked by and mutes so many.
CELEBRITY, FAN, VIEWER = 1, 100_001, 100_002
FAN_FOLLOWS, VIEWER_TIES = 5_000, 200
COMMON_GENRE, RARE_GENRE, RARE_CITY, RARE_COUNTRY = "house", "nose flute", "Nowhere", "TV"

USERS = f"""
INSERT INTO accounts_user (id, username, email, password, display_name, bio, city, country, links, genres, role,
    timezone, locale, terms_version, is_staff, is_superuser, is_active, discoverable, popularity, created_at,
    verified_at, leaving_at)
SELECT n, 'person-' || n, 'person-' || n || '@example.org', '!', 'Person ' || n, repeat('Some words. ', n % 40),
    CASE WHEN n % 5000 = 17 THEN '{RARE_CITY}' ELSE 'City ' || n % 700 END,
    CASE WHEN n % 8000 = 33 THEN '{RARE_COUNTRY}' ELSE (ARRAY['PT', 'DE', 'BR', 'NO', 'JP'])[1 + n % 5] END,
    '[]',
    CASE WHEN n % 3000 = 5 THEN ARRAY['{RARE_GENRE}'] WHEN n % 3 = 0 THEN ARRAY['{COMMON_GENRE}', 'genre ' || n % 90]
        ELSE ARRAY['genre ' || n % 90] END,
    CASE WHEN n <= 2000 OR n % 33 = 0 THEN 'artist' ELSE 'listener' END,
    'UTC', 'en', '1', false, false, n % 50 <> 7, n % 12 <> 5, 0, now() - random() * interval '5 years',
    CASE WHEN n % 50 = 9 THEN NULL ELSE now() END, CASE WHEN n % 100 = 11 THEN now() END
FROM generate_series(1, {PEOPLE}) AS n;
UPDATE accounts_user SET is_active = true, discoverable = true, leaving_at = NULL, verified_at = now()
    WHERE id IN ({CELEBRITY}, {FAN}, {VIEWER});
INSERT INTO accounts_usernameclaim (name, user_id) SELECT username, id FROM accounts_user;
"""  # noqa: S608 -- our own numbers
# Ranks by powers of an even draw: few have very many followers, many have few, and likewise for whom one follows.
FOLLOW_ROWS = f"""
CREATE TEMPORARY TABLE drawn AS
SELECT follower, followed FROM (
    SELECT DISTINCT (1 + floor({PEOPLE} * power(random(), 1.5))::bigint * 7919 % {PEOPLE}) AS follower,
        1 + floor({PEOPLE} * power(random(), 3))::bigint AS followed
    FROM generate_series(1, {FOLLOWS} * 13 / 10)
) AS pairs
WHERE follower <> followed AND followed NOT IN ({CELEBRITY}) AND follower NOT IN ({FAN}, {VIEWER});
INSERT INTO social_follow (follower_id, followed_id, created_at, is_counted)
SELECT follower, followed, date_trunc('second', now() - random() * interval '3 years'), true FROM (
    SELECT n AS follower, {CELEBRITY} AS followed FROM generate_series(1, {PEOPLE}) AS n WHERE n <> {CELEBRITY}
    UNION ALL SELECT {FAN}, n FROM generate_series(2, {FAN_FOLLOWS}) AS n
    UNION ALL (SELECT follower, followed FROM drawn LIMIT {FOLLOWS} - {PEOPLE} - {FAN_FOLLOWS} + 2)
) AS pairs;
DROP TABLE drawn;
"""  # noqa: S608 -- likewise
TIES_ROWS = f"""
CREATE TEMPORARY TABLE drawn AS SELECT * FROM (
    SELECT DISTINCT 1 + floor(random() * {PEOPLE})::bigint AS one, 1 + floor(random() * {PEOPLE})::bigint AS other
    FROM generate_series(1, 2 * {TIES})
) AS pairs WHERE one <> other;
INSERT INTO accounts_block (blocker_id, blocked_id, created_at) SELECT one, other, now() FROM drawn LIMIT {TIES};
INSERT INTO social_mute (muter_id, muted_id, scope, created_at)
    SELECT other, one, 'everything', now() FROM drawn LIMIT {TIES};
DROP TABLE drawn;
"""  # noqa: S608 -- likewise
# Of the celebrity's newest followers, and of the most followed: those whom one is shown first.
VIEWERS_ROWS = f"""
CREATE TEMPORARY TABLE near AS SELECT id, row_number() OVER () AS n FROM (
    (SELECT follower_id AS id FROM social_follow WHERE followed_id = {CELEBRITY} ORDER BY created_at DESC LIMIT 450)
    UNION SELECT generate_series(10, 700, 4)
) AS people WHERE id NOT IN ({CELEBRITY}, {FAN}, {VIEWER});
DELETE FROM accounts_block WHERE {VIEWER} IN (blocker_id, blocked_id);
DELETE FROM social_mute WHERE {VIEWER} IN (muter_id, muted_id);
INSERT INTO accounts_block (blocker_id, blocked_id, created_at)
    SELECT {VIEWER}, id, now() FROM near WHERE n % 3 = 0 LIMIT {VIEWER_TIES};
INSERT INTO accounts_block (blocker_id, blocked_id, created_at)
    SELECT id, {VIEWER}, now() FROM near WHERE n % 3 = 1 LIMIT {VIEWER_TIES};
INSERT INTO social_mute (muter_id, muted_id, scope, created_at)
    SELECT {VIEWER}, id, 'everything', now() FROM near WHERE n % 3 = 2 LIMIT {VIEWER_TIES};
DROP TABLE near;
"""  # noqa: S608 -- likewise
COUNTS = """
UPDATE social_follow AS follow SET is_counted = false FROM accounts_user AS one, accounts_user AS other
WHERE one.id = follow.follower_id AND other.id = follow.followed_id AND NOT (
    one.is_active AND one.verified_at IS NOT NULL AND one.leaving_at IS NULL
    AND other.is_active AND other.verified_at IS NOT NULL AND other.leaving_at IS NULL);
INSERT INTO accounts_usercounts (user_id, followers, followings, tracks, playlists)
SELECT id, coalesce(followers, 0), coalesce(followings, 0), 0, 0 FROM accounts_user
LEFT JOIN (SELECT followed_id, count(*) AS followers FROM social_follow WHERE is_counted GROUP BY 1) AS met
    ON followed_id = id
LEFT JOIN (SELECT follower_id, count(*) AS followings FROM social_follow WHERE is_counted GROUP BY 1) AS set
    ON follower_id = id;
UPDATE accounts_user SET popularity = followers FROM accounts_usercounts WHERE user_id = id;
SELECT setval(pg_get_serial_sequence('accounts_user', 'id'), max(id)) FROM accounts_user;
"""
STEPS = {"people": USERS, "follows": FOLLOW_ROWS, "blocks and mutes": TIES_ROWS, "the viewer's": VIEWERS_ROWS}
INDEXES = """
SELECT coalesce(con.conname, rel.relname), pg_get_indexdef(index.indexrelid), con.conname IS NOT NULL,
    pg_get_constraintdef(con.oid)
FROM pg_index AS index JOIN pg_class AS rel ON rel.oid = index.indexrelid
LEFT JOIN pg_constraint AS con ON con.conindid = index.indexrelid AND con.contype IN ('p', 'u')
WHERE index.indrelid = 'social_follow'::regclass ORDER BY con.contype NULLS LAST
"""


def run(sql: str) -> None:
    """One or more statements, however long they take."""
    with connection.cursor() as cursor:
        for statement in sql.split(";\n"):
            if statement.strip():
                cursor.execute(statement)


def drop_indexes() -> list[str]:
    """Take the indexes of follows away; the statements that bring them back."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        found = cursor.fetchall()
        for name, _, constrains, _ in found:
            cursor.execute(f"ALTER TABLE social_follow DROP CONSTRAINT {name}" if constrains else f"DROP INDEX {name}")
    return [
        f"ALTER TABLE social_follow ADD CONSTRAINT {name} {rule}" if constrains else definition
        for name, definition, constrains, rule in found
    ]
