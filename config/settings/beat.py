"""What is done by the clock, and how often, in seconds."""

CELERY_BEAT_SCHEDULE = {
    "hand back sounds whose worker stopped": {"task": "tracks.sweep_sounds", "schedule": 15},
    "let go of uploads that nobody came back for": {"task": "tracks.sweep_uploads", "schedule": 300},
    "publish tracks whose moment has come": {"task": "tracks.publish_due", "schedule": 10},
    "remove replaced sounds whose last stream is over": {"task": "tracks.remove_replaced", "schedule": 300},
    "remove stored objects that no row owns": {"task": "tracks.remove_orphans", "schedule": 86_400},
    "make the log's days ahead and drop the old ones": {"task": "events.keep_partitions", "schedule": 3600},
    "forget answers that were kept for a day": {"task": "idempotency.forget_old_keys", "schedule": 3600},
    "lift suspensions whose time is over": {"task": "accounts.lift_due_suspensions", "schedule": 60},
    "let the room of abandoned uploads go": {"task": "billing.release_expired", "schedule": 60},
    "forget tickets that nobody used": {"task": "accounts.forget_tickets", "schedule": 3600},
    "forget accounts that were never verified": {"task": "accounts.forget_unverified", "schedule": 3600},
}
