"""What is done by the clock, and how often: in seconds, or at an hour of the day (UTC)."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "hand back sounds whose worker stopped": {"task": "tracks.sweep_sounds", "schedule": 15},
    "let go of uploads that nobody came back for": {"task": "tracks.sweep_uploads", "schedule": 300},
    "publish tracks whose moment has come": {"task": "tracks.publish_due", "schedule": 10},
    "remove replaced sounds whose last stream is over": {"task": "tracks.remove_replaced", "schedule": 300},
    # By the clock on the wall: an interval begins anew whenever beat's own file is lost, with each new container.
    "compare what is stored with what rows say": {
        "task": "custody.reconcile",
        "schedule": crontab(hour="4", minute="30"),
    },
    "make the log's days ahead and drop the old ones": {"task": "events.keep_partitions", "schedule": 3600},
    "forget answers that were kept for a day": {"task": "idempotency.forget_old_keys", "schedule": 3600},
    "let go for good what was thrown away thirty days ago": {"task": "trash.purge_due", "schedule": 3600},
    "lift suspensions whose time is over": {"task": "accounts.lift_due_suspensions", "schedule": 60},
    "let the room of abandoned uploads go": {"task": "billing.release_expired", "schedule": 60},
    "let lists of people know their followers": {"task": "accounts.refresh_popularity", "schedule": 900},
    "hand back exports whose worker stopped; remove old ones": {
        "task": "privacy.sweep_exports",
        "schedule": 15,
    },
    "erase accounts whose days of grace are over": {"task": "privacy.sweep_erasures", "schedule": 15},
    "forget tickets that nobody used": {"task": "accounts.forget_tickets", "schedule": 3600},
    "forget mailed keys that nobody used": {"task": "accounts.forget_keys", "schedule": 3600},
    "forget second factors that nobody confirmed": {"task": "accounts.forget_drafts", "schedule": 3600},
    "forget sessions that ended a month ago": {"task": "accounts.forget_sessions", "schedule": 3600},
    "forget room that was given back a month ago": {"task": "billing.forget_released", "schedule": 3600},
    "forget personal tokens that are over": {"task": "accounts.forget_personal_tokens", "schedule": 86_400},
    "forget invitations that nobody answered": {"task": "social.forget_invitations", "schedule": 86_400},
    "make the months of plays ahead and drop the old ones": {"task": "engagement.keep_months", "schedule": 3600},
    "forget what listeners were hashed with": {"task": "engagement.forget_salts", "schedule": 3600},
    "forget when listeners counted last": {"task": "engagement.forget_claims", "schedule": 3600},
    "let the figures of days follow the plays": {"task": "engagement.settle_plays", "schedule": 60},
    "forget accounts that were never verified": {"task": "accounts.forget_unverified", "schedule": 3600},
}
