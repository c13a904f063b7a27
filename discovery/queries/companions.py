"""Everything that the people whom somebody follows did with some things: what makes one entry out of many rows."""

from collections.abc import Collection

from config.lib.statements import rows_of
from discovery.queries.walking import Act

# Asked by `activity_by_thing`: of a thing's acts, however many there are, those leaves of the index are read where
# people stand who are followed. The array is in order, for it is sorted for each thing.
COMPANIONS = """
WITH followed AS MATERIALIZED (
    SELECT array_agg(f.followed_id ORDER BY f.followed_id) AS ids FROM social_follow f
    WHERE f.follower_id = %(viewer)s
)
SELECT a.created_at, a.id, a.actor_id, a.verb, a.kind, a.object_id
FROM unnest(%(kinds)s::varchar[], %(ids)s::bigint[]) AS thing(kind, object_id) CROSS JOIN LATERAL (
    SELECT * FROM social_activity a WHERE a.kind = thing.kind AND a.object_id = thing.object_id
      AND a.actor_id = ANY((SELECT ids FROM followed)::bigint[]) OFFSET 0
) AS a
WHERE NOT EXISTS (
    SELECT 1 FROM social_mute m WHERE m.muter_id = %(viewer)s AND m.muted_id = a.actor_id
      AND (m.scope = 'everything' OR (m.scope = 'reposts' AND a.verb = 'repost'))
) ORDER BY a.created_at DESC, a.id DESC
"""


def companions(*, viewer_id: int, things: Collection[tuple[str, int]]) -> list[Act]:
    """All that people whom the viewer follows, and does not mute, did with things of these kinds and ids, the newest
    first. One query."""
    kinds, ids = [kind for kind, _ in things], [object_id for _, object_id in things]
    values = {"viewer": viewer_id, "kinds": kinds, "ids": ids}
    return [Act(*row) for row in rows_of(COMPANIONS, values)]
