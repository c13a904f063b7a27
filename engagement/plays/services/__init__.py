"""Everything that changes what is known of listening."""

from engagement.plays.services.beating import Beat, beat_play
from engagement.plays.services.claims import forget_claims
from engagement.plays.services.history import clear_history, detach_plays, drop_plays, erase_plays, forget_play
from engagement.plays.services.listeners import Caller, forget_salts
from engagement.plays.services.months import keep_months
from engagement.plays.services.recounting import Difference, RecountRunning, recount_plays
from engagement.plays.services.settling import settle_plays
from engagement.plays.services.starting import NotPlayable, Origin, start_play

__all__ = [
    "Beat",
    "Caller",
    "Difference",
    "NotPlayable",
    "Origin",
    "RecountRunning",
    "beat_play",
    "clear_history",
    "detach_plays",
    "drop_plays",
    "erase_plays",
    "forget_claims",
    "forget_play",
    "forget_salts",
    "keep_months",
    "recount_plays",
    "settle_plays",
    "start_play",
]
