"""Who opens a socket: a bearer token, a one-time ticket, or the cookie of our own pages, in this order."""

from datetime import datetime

from accounts.authentication import ACCESS_COOKIE, bearer_of, session_of
from accounts.models import PersonalToken, Session
from accounts.services import redeem_ticket
from config.lib.realtime.closing import Close, Refused
from config.lib.realtime.handshakes import Handshake
from config.lib.scopes import Scope, ScopeMissing, check_scope


def session_at(handshake: Handshake, at: datetime) -> Session | PersonalToken | None:
    """The session, or the personal token, of whoever opens a socket; None for nobody.

    A header or a ticket that is there must be good. A cookie counts only with an `Origin` of ours, for browsers send
    it along with any page's socket; one that has expired merely signs nobody in. Raises Refused.
    """
    scheme, _, token = handshake.authorization.partition(" ")
    if scheme:
        return must_be(bearer_of(token.strip()) if scheme.lower() == "bearer" else None)
    if "ticket" in handshake.query:
        return must_be(redeem_ticket(ticket=handshake.query["ticket"], at=at))
    if ACCESS_COOKIE not in handshake.cookies:
        return None
    if not handshake.is_from_our_pages():
        raise Refused(Close.NOT_ALLOWED)
    return session_of(handshake.cookies[ACCESS_COOKIE])


def must_be(found: Session | PersonalToken | None) -> Session | PersonalToken:
    """Raises Refused for nobody, and for a program's token that may not read."""
    if found is None:
        raise Refused(Close.NOT_SIGNED_IN)
    try:
        check_scope(found, Scope.READ)
    except ScopeMissing:
        raise Refused(Close.NOT_ALLOWED) from None
    return found
