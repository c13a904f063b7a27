"""Who may edit a thing makes links to it, and takes them back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User
from config.lib.errors import DomainError
from config.lib.secrets import seal, secret_token
from config.lib.viewer import digest_secret
from tracks.sharing.cards import PURPOSE
from tracks.sharing.choices import Permission
from tracks.sharing.kinds import Kind
from tracks.sharing.models import ShareLink
from tracks.sharing.queries import Found

LINKS_MOST = 100


class TooManyShareLinks(DomainError):
    code = "too_many_share_links"
    title = "There are {limit} links to this already; delete one first."


class ExpiryNotAhead(DomainError):
    code = "expiry_not_ahead"
    status = 400
    title = "A link can end only at a moment to come."


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a link is to be; `password` as it is typed, empty for none."""

    label: str
    permission: str = Permission.LISTEN
    expires_at: datetime | None = None
    max_uses: int | None = None
    password: str = ""


def make_share_link(*, kind: Kind, thing: Any, by: User, wish: Wish, at: datetime) -> ShareLink:
    """Make a link to a thing that the person may edit.

    Raises ExpiryNotAhead, TooManyShareLinks, and what `kind.hold` does.
    """
    if wish.expires_at is not None and wish.expires_at <= at:
        raise ExpiryNotAhead
    hashed = make_password(wish.password) if wish.password else ""  # slow, so before anything is held
    return add_link(kind=kind, thing=thing, by=by, wish=wish, hashed=hashed, at=at)


@transaction.atomic
def add_link(*, kind: Kind, thing: Any, by: User, wish: Wish, hashed: str, at: datetime) -> ShareLink:
    """The row of `make_share_link`; the thing is held, so that its links are never more than may be."""
    held = kind.hold(thing, by)
    if kind.links.objects.filter(**{kind.thing: held}).count() >= LINKS_MOST:
        raise TooManyShareLinks(limit=LINKS_MOST)
    token = secret_token()
    link: ShareLink = kind.links.objects.create(
        **{kind.thing: held},
        label=wish.label,
        permission=wish.permission,
        password=hashed,
        sealed_token=seal(token, purpose=PURPOSE),
        token_digest=digest_secret(token),
        expires_at=wish.expires_at,
        max_uses=wish.max_uses,
        created_at=at,
    )
    return link


@transaction.atomic
def delete_share_link(*, found: Found, thing: Any, by: User) -> None:
    """Take a link back: it, and every grant that it gave, open nothing from now on. Twice is once.

    Raises what `kind.hold` does.
    """
    held = found.kind.hold(thing, by)
    # Locked while it goes: who opens it at this moment has either counted, or finds nothing.
    link = found.kind.links.objects.select_for_update().filter(pk=found.link.pk).first()
    if link is None:
        return
    link.delete()
    if link.uses:
        found.kind.shut(held)
