"""What must hold once everything has come to its end: each effect once, each object owned, each byte charged once."""

from collections import Counter

from config.tests.prove.house import House

KINDS = ["aac_hls", "mp3", "opus", "preview"]
ONCE = "SELECT (payload->>'track_id')::bigint FROM config_domainevent WHERE type = %s"
CHARGED = """
SELECT sound.original_bytes, sound.duration_ms, kept.state, kept.settled_bytes, kept.settled_ms
FROM tracks_sound sound LEFT JOIN billing_reservation kept ON kept.key = sound.key::uuid
"""
USAGE = "SELECT reserved_bytes, reserved_ms, used_bytes, used_ms FROM billing_usage"


def assert_every_effect_once(house: House, *, count: int) -> None:
    """`count` tracks of one person are ready, complete, told of once and charged once."""
    tracks = [track for (track,) in house.rows("SELECT id FROM tracks_track WHERE state = 'ready'")]
    assert len(tracks) == count
    for told in ("tracks.TrackReady", "tracks.TrackPublished"):
        assert Counter(track for (track,) in house.rows(ONCE, told)) == Counter(tracks), told
    assert house.rows("SELECT tracks FROM accounts_usercounts") == [(count,)]
    renditions = house.rows("SELECT array_agg(kind ORDER BY kind)::text[] FROM tracks_rendition GROUP BY sound_id")
    assert renditions == [(KINDS,)] * count
    assert_charged_once(house, count=count)
    assert house.rows("SELECT * FROM config_eventdelivery WHERE done_at IS NULL OR parked_at IS NOT NULL") == []


def assert_charged_once(house: House, *, count: int) -> None:
    """The ledger has one settled row for each sound, exactly as large as it is, and nothing else."""
    charges = house.rows(CHARGED)
    assert len(charges) == count
    for size, duration, state, charged_size, charged_duration in charges:
        assert (state, charged_size, charged_duration) == ("settled", size, duration)
    assert house.rows(USAGE) == [(0, 0, sum(row[0] for row in charges), sum(row[1] for row in charges))]
