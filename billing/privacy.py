"""What billing holds of a person: how much of their plan they have taken."""

from collections.abc import Iterator

from billing.models import Reservation, Usage
from billing.services import erase_usage
from config.lib.privacy import Holding, Table, documents

TABLES = (
    Table(
        name="billing/usage",
        model=Usage,
        of="user_id",
        columns=("reserved_bytes", "reserved_ms", "used_bytes", "used_ms", "downloads", "downloads_day"),
        about="How much of the plan is taken.",
    ),
    Table(
        name="billing/uploads",
        model=Reservation,
        of="usage_id",
        columns=(
            "key", "state", "size_bytes", "duration_ms", "settled_bytes", "settled_ms", "created_at", "updated_at",
            "expires_at",
        ),
        about="What each upload takes, or took, of the plan.",
    ),
)  # fmt: skip


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out."""
    return documents(TABLES, user_id)


def erase(user_id: int) -> None:
    """Forget the ledger of the person. Twice is once."""
    erase_usage(user_id=user_id)
