"""A ticket opens one socket: browsers can send no header with one, and a token in an address would stay in logs."""

from datetime import datetime, timedelta

from accounts.models import Session, SocketTicket
from accounts.queries import living_session
from config.lib.secrets import secret_token
from config.lib.viewer import digest_secret

TICKET_LIFETIME = timedelta(seconds=30)


def issue_ticket(*, session: Session, at: datetime) -> str:
    """A ticket of 192 random bits for this session, good once. Only its digest is kept."""
    ticket = secret_token()
    SocketTicket.objects.create(digest=digest_secret(ticket), session=session, expires_at=at + TICKET_LIFETIME)
    return ticket


def redeem_ticket(*, ticket: str, at: datetime) -> Session | None:
    """The living session that the ticket stands for; of any number of callers one gets it, the others None."""
    row = SocketTicket.objects.filter(digest=digest_secret(ticket), expires_at__gt=at).first()
    if row is None or not SocketTicket.objects.filter(pk=row.pk).delete()[0]:
        return None
    return living_session(row.session_id, at=at)


def forget_tickets(*, at: datetime) -> int:
    """Delete the tickets that nobody used in time; their number."""
    return SocketTicket.objects.filter(expires_at__lte=at).delete()[0]
