"""The id of a play says when it began (UUID version 7, RFC 9562), so that its month is known without a search. 74 bits
of it are random."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

VERSION, VARIANT = 7, 0b10


def new_id(at: datetime) -> UUID:
    """An id that nobody can guess, of a play that begins at this moment."""
    moment_ms = int(at.timestamp() * 1000)
    return UUID(int=moment_ms << 80 | VERSION << 76 | secrets.randbits(12) << 64 | VARIANT << 62 | secrets.randbits(62))


def moment_of(play_id: UUID) -> datetime:
    """When the play of this id began, to the millisecond; other ids have moments at which nothing did."""
    moment_ms = play_id.int >> 80
    try:
        return datetime.fromtimestamp(moment_ms // 1000, UTC).replace(microsecond=moment_ms % 1000 * 1000)
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=UTC)
