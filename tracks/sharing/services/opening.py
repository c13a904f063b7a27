"""Somebody opens a link. Looking at it costs nothing; each opening is one use, counted by the database."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from config.lib.errors import DomainError
from config.lib.limits.credentials import draw_link_password, forget_link_passwords
from config.lib.viewer import Viewer
from tracks.sharing.queries import Found, Opened, ShareLinkAbsent, check_open, find_open, leads, opened


class PasswordRequired(DomainError):
    code = "password_required"
    status = 403
    title = "This link asks for a password."


class LinkPasswordWrong(DomainError):
    code = "wrong_password"
    status = 403
    title = "That is not the password of this link."


def open_share_link(request: HttpRequest, *, token: str, password: str, viewer: Viewer, at: datetime) -> Opened:
    """Open a link, which takes one of its uses; a password that is wrong takes none. The request says from where
    passwords are tried.

    Raises ShareLinkAbsent, ShareLinkExpired, ShareLinkUsedUp, PasswordRequired, LinkPasswordWrong, Throttled.
    """
    found = find_open(token=token, viewer=viewer, at=at)
    check_link_password(request, found.link, password=password)
    return use_share_link(found=found, viewer=viewer, at=at)


def check_link_password(request: HttpRequest, link: Any, *, password: str) -> None:
    """Raise PasswordRequired, LinkPasswordWrong; an attempt counts before it is looked at (Throttled)."""
    if not link.has_password:
        return
    if not password:
        raise PasswordRequired
    name = f"share-link:{link.token_digest}"
    draw_link_password(request, name=name)
    if not check_password(password, link.password):
        raise LinkPasswordWrong
    forget_link_passwords(name=name)


@transaction.atomic
def use_share_link(*, found: Found, viewer: Viewer, at: datetime) -> Opened:
    """Count one use, if there is one left at this very moment. What is refused counts nothing.

    Raises ShareLinkAbsent, ShareLinkExpired, ShareLinkUsedUp.
    """
    links = found.kind.links.objects.filter(pk=found.link.pk)
    used = links.openable(at=at).update(uses=F("uses") + 1, last_opened_at=at)
    link = links.first()
    if link is None:
        raise ShareLinkAbsent
    if not used:
        check_open(link, at=at)
    now = Found(found.kind, link)
    if not used or not leads(now, viewer=viewer):
        raise ShareLinkAbsent
    return opened(now, at=at)
