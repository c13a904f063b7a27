"""What is held of what a person hears."""

from django.utils import timezone

from config.lib.privacy import Table
from engagement.plays.models import HistoryClearing, Play
from engagement.plays.services import erase_plays

TABLES = (
    Table(
        name="engagement/plays",
        model=Play,
        of="person_id",
        columns=(
            "id", "track", "created_at", "outcome", "duration_ms", "position_ms", "heard_ms", "beat_at", "ended_at",
            "referrer", "country",
        ),
        about="What was heard, each time by itself; `outcome` says whether it counts as a play, or why not.",
    ),
    Table(
        name="engagement/history-clearings",
        model=HistoryClearing,
        of="person_id",
        columns=("cleared_at",),
        about="Until when the history of listening was cleared.",
    ),
)  # fmt: skip


def erase(user_id: int) -> None:
    """Let what was heard go of the person; it stays counted. Twice is once."""
    erase_plays(user_id=user_id, at=timezone.now())
