"""The feed by one join, as one would write it first: all that the people whom somebody follows did, sorted."""

from datetime import datetime

from django.db import connection

NAIVE = """
SELECT a.created_at, a.id FROM social_follow f
JOIN social_activity a ON a.actor_id = f.followed_id AND a.kind = 'track'
JOIN accounts_user actor ON actor.id = a.actor_id
JOIN tracks_track t ON t.id = a.object_id
JOIN accounts_user owner ON owner.id = t.owner_id
WHERE f.follower_id = %(viewer)s {beyond}
AND actor.is_active AND actor.verified_at IS NOT NULL AND actor.leaving_at IS NULL
AND owner.is_active AND owner.verified_at IS NOT NULL AND owner.leaving_at IS NULL
AND t.visibility = 'public' AND t.published_at IS NOT NULL AND t.sound_id IS NOT NULL AND t.deleted_at IS NULL
AND NOT EXISTS (SELECT 1 FROM accounts_block b
    WHERE (b.blocker_id = %(viewer)s AND b.blocked_id IN (actor.id, owner.id))
    OR (b.blocked_id = %(viewer)s AND b.blocker_id IN (actor.id, owner.id)))
AND NOT EXISTS (SELECT 1 FROM social_mute m WHERE m.muter_id = %(viewer)s AND (
    (m.scope = 'everything' AND m.muted_id IN (actor.id, owner.id))
    OR (m.scope = 'reposts' AND m.muted_id = actor.id AND a.verb = 'repost')))
AND NOT EXISTS (
    SELECT 1 FROM social_activity n JOIN social_follow g ON g.followed_id = n.actor_id AND g.follower_id = %(viewer)s
    JOIN accounts_user u ON u.id = n.actor_id AND u.is_active AND u.verified_at IS NOT NULL AND u.leaving_at IS NULL
    WHERE n.kind = a.kind AND n.object_id = a.object_id AND (n.created_at, n.id) > (a.created_at, a.id)
    AND NOT EXISTS (SELECT 1 FROM accounts_block b WHERE (b.blocker_id = %(viewer)s AND b.blocked_id = u.id)
        OR (b.blocked_id = %(viewer)s AND b.blocker_id = u.id))
    AND NOT EXISTS (SELECT 1 FROM social_mute m WHERE m.muter_id = %(viewer)s AND m.muted_id = u.id
        AND (m.scope = 'everything' OR n.verb = 'repost')))
ORDER BY a.created_at DESC, a.id DESC LIMIT 20
"""


def naive(*, viewer_id: int, spot: tuple[datetime, int] | None) -> list[tuple[datetime, int]]:
    """The places of twenty entries."""
    beyond = "AND (a.created_at, a.id) < (%(at)s, %(id)s)" if spot else ""
    at, id_ = spot or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(NAIVE.format(beyond=beyond), {"viewer": viewer_id, "at": at, "id": id_})
        return [(at, id_) for at, id_ in cursor.fetchall()]
