from django.db import migrations

# What was uploaded before there was a ledger takes room too: one settled reservation for each sound that plays or is
# held, and the sums of those people anew. The lock is brief, and lets readers pass.
# One line a statement: the migration linter reads lines.
UNCHARGED = (
    "FROM tracks_sound sound JOIN tracks_track track ON track.id = sound.track_id "
    "WHERE sound.state IN ('ready', 'held') AND sound.remove_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM billing_reservation kept WHERE kept.key = sound.key::uuid)"
)
CHARGE = [
    "LOCK TABLE billing_usage IN SHARE ROW EXCLUSIVE MODE",
    "INSERT INTO billing_usage (user_id, reserved_bytes, reserved_ms, used_bytes, used_ms, downloads) "
    f"SELECT DISTINCT track.owner_id, 0, 0, 0, 0, 0 {UNCHARGED} ON CONFLICT DO NOTHING",
    "WITH charged AS (INSERT INTO billing_reservation "
    "(key, usage_id, state, size_bytes, duration_ms, settled_bytes, settled_ms, created_at, updated_at, expires_at) "
    "SELECT sound.key::uuid, track.owner_id, 'settled', sound.original_bytes, coalesce(sound.duration_ms, 0), "
    f"sound.original_bytes, coalesce(sound.duration_ms, 0), sound.created_at, now(), sound.created_at {UNCHARGED} "
    "RETURNING usage_id, settled_bytes, settled_ms), "
    "sums AS (SELECT usage_id, sum(settled_bytes) AS bytes, sum(settled_ms) AS ms FROM charged GROUP BY usage_id) "
    "UPDATE billing_usage SET used_bytes = used_bytes + sums.bytes, used_ms = used_ms + sums.ms "
    "FROM sums WHERE sums.usage_id = billing_usage.user_id",
]


class Migration(migrations.Migration):
    dependencies = [("tracks", "0010_sound_waits"), ("billing", "0003_default_plan")]

    operations = [migrations.RunSQL(CHARGE, migrations.RunSQL.noop)]
