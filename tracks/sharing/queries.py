"""Links by what somebody brings: a token, or the id of one that they may take back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.lib.errors import DomainError
from config.lib.grants import Grant, seal_grant
from config.lib.viewer import Viewer, digest_secret
from tracks.sharing.kinds import Kind, kinds
from tracks.sharing.models import ShareLink

GRANT_LIFE = timedelta(hours=24)


class ShareLinkAbsent(Exception):
    """Nobody made such a link, it was deleted, or what it leads to is not open to this viewer."""


class ShareLinkExpired(DomainError):
    code = "share_link_expired"
    status = 410
    title = "This link is over; ask for another one."


class ShareLinkUsedUp(DomainError):
    code = "share_link_used_up"
    status = 410
    title = "This link was opened as often as it may be; ask for another one."


@dataclass(frozen=True)
class Found:
    """A link, and its kind."""

    kind: Kind
    link: Any

    @property
    def thing_id(self) -> int:
        return self.kind.thing_id_of(self.link)

    @property
    def grant(self) -> Grant:
        """What it gives whoever opens it."""
        return Grant(self.kind.name, self.link.pk, self.thing_id, self.link.permission)


@dataclass(frozen=True)
class Opened:
    """What a link leads to, and what opens it until `expires_at`."""

    kind: str
    id: int
    grant: str
    permission: str
    expires_at: datetime


def find_by_token(token: str) -> Found:
    """Raises ShareLinkAbsent."""
    digest = digest_secret(token)
    for kind in kinds():
        link = kind.links.objects.filter(token_digest=digest).first()
        if link is not None:
            return Found(kind, link)
    raise ShareLinkAbsent


def find_open(*, token: str, viewer: Viewer, at: datetime) -> Found:
    """The link that the viewer could open at this moment. Raises ShareLinkAbsent, ShareLinkExpired, ShareLinkUsedUp."""
    found = find_by_token(token)
    check_open(found.link, at=at)  # told to whoever has the token: what opens nothing any more tells of nothing else
    if not leads(found, viewer=viewer):
        raise ShareLinkAbsent
    return found


def find_own(link_id: int, *, viewer: Viewer) -> tuple[Found, Any]:
    """A link that the viewer may take back, and what it leads to. Raises ShareLinkAbsent."""
    for kind in kinds():
        link = kind.links.objects.filter(pk=link_id).first()
        thing = kind.visible_to(viewer).filter(pk=kind.thing_id_of(link)).first() if link else None
        if thing is not None and kind.may_edit(viewer.user, thing):
            return Found(kind, link), thing
    raise ShareLinkAbsent


def leads(found: Found, *, viewer: Viewer) -> bool:
    """Whether the viewer, with the link's grant, opens what it leads to: not where a block parts them from its owner,
    nor what is in the trash, or of somebody in no good standing."""
    granted = Viewer(user=viewer.user, grant=found.grant)
    return bool(found.kind.visible_to(granted).filter(pk=found.thing_id).exists())


def check_open(link: ShareLink, *, at: datetime) -> None:
    """Raise ShareLinkExpired, ShareLinkUsedUp."""
    if link.expires_at is not None and link.expires_at <= at:
        raise ShareLinkExpired
    if link.max_uses is not None and link.uses >= link.max_uses:
        raise ShareLinkUsedUp


def opened(found: Found, *, at: datetime) -> Opened:
    """What somebody gets who has opened the link just now."""
    expires_at = (at + GRANT_LIFE).replace(microsecond=0)
    if found.link.expires_at is not None:
        expires_at = min(expires_at, found.link.expires_at)
    sealed = seal_grant(found.grant, expires_at=expires_at)
    return Opened(found.kind.name, found.thing_id, sealed, found.link.permission, expires_at)
