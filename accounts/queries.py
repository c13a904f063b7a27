"""Answers that are not rows of one model."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q, QuerySet

from accounts.models import Instance, PersonalToken, Picture, Session, User, UsernameClaim
from accounts.querysets import in_good_standing
from accounts.usernames import names_in, normalized
from config.lib.kept import kept_rows
from config.lib.viewer import Viewer

# Digits that fit a bigint.
ID = re.compile(r"[0-9]{1,18}\Z")
NOBODY = Viewer(user=AnonymousUser())
SESSION_COLUMNS = tuple(field.attname for field in Session._meta.concrete_fields)  # noqa: SLF001 -- Django's documented names
USER_COLUMNS = tuple(field.attname for field in User._meta.concrete_fields)  # noqa: SLF001 -- likewise


def living_session(session_id: UUID, *, at: datetime) -> Session | None:
    """The session, with its person, if it signs them in at this moment. One query, whose statement is written once:
    every request asks it, and to write it takes as long as all the rest that a small request does."""
    for row in kept_rows(unended_session, NOBODY, session_id.int):
        if row["expires_at"] > at:
            session: Session = Session.from_db(
                DEFAULT_DB_ALIAS, SESSION_COLUMNS, [row[name] for name in SESSION_COLUMNS]
            )
            session.user = User.from_db(DEFAULT_DB_ALIAS, USER_COLUMNS, [row[f"user__{name}"] for name in USER_COLUMNS])
            return session
    return None


def unended_session(_: Viewer, session_id: int) -> Any:
    """Its row, with all of its person's."""
    columns = (*SESSION_COLUMNS, *(f"user__{name}" for name in USER_COLUMNS))
    return Session.objects.unended().filter(pk=UUID(int=session_id)).values(*columns)


def living_sessions(ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Those of these sessions and personal tokens that still sign somebody in. One query, for whoever holds many
    connections open."""
    sessions = Session.objects.alive(at=at).filter(pk__in=ids).values_list("pk", flat=True)
    tokens = PersonalToken.objects.alive(at=at).filter(pk__in=ids).values_list("pk", flat=True)
    return set(sessions.union(tokens, all=True))


def instance() -> Instance:
    """What this site says of itself: the operator's row, or the settings until there is one. One query."""
    unwritten = Instance(name=settings.INSTANCE_NAME, terms_version=settings.TERMS_VERSION)
    return Instance.objects.first() or unwritten


def instance_name() -> str:
    """How this site is called."""
    return instance().name


def has_second_factor(user_id: int) -> bool:
    """Whether the account asks for a code."""
    return second_factor_id(user_id) is not None


def second_factor_id(user_id: int) -> int | None:
    """Which factor the account asks a code of; one that is set up anew is another."""
    factors = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP)
    found: int | None = factors.values_list("pk", flat=True).first()
    return found


def find_user(name_or_id: str, *, viewer: Viewer) -> User | None:
    """The person whom a path names by id or by username, an earlier one too, if the viewer may see them."""
    people = User.objects.visible_to(viewer).select_related("avatar", "header")
    return people.filter(named(name_or_id)).first()


def named(name_or_id: str, *, prefix: str = "") -> Q:
    """The condition that a person has this id or username, or had it; `prefix` leads to them (`owner__`)."""
    if ID.match(name_or_id):
        return Q(**{f"{prefix}id": int(name_or_id)})
    claims = f"{prefix}username_claims__"
    return Q(**{f"{claims}name": normalized(name_or_id), f"{claims}expires_at__isnull": True})


def people_mentioned(text: str, *, viewer: Viewer) -> list[int]:
    """The ids of the people whom a text mentions with an @, an earlier name of theirs too, if the viewer may see them.
    One query."""
    names = names_in(text)
    if not names:
        return []
    meant = Q(username_claims__name__in=names, username_claims__expires_at__isnull=True)
    people = User.objects.visible_to(viewer).filter(meant)
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())


def names_of(user_id: int) -> set[str]:
    """Every username that is or was somebody's, in its one spelling."""
    return set(UsernameClaim.objects.filter(user_id=user_id).values_list("name", flat=True))


def connections_of(user_id: int | None) -> QuerySet[SocialAccount]:
    """The other services that open somebody's account."""
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(user_id=user_id)
    return found


def find_picture(key: str) -> Picture | None:
    """The avatar or header behind an address; that of somebody whom nobody may see now is not there."""
    shown = in_good_standing("avatar_of__") | in_good_standing("header_of__")
    return Picture.objects.filter(shown, key=key).first()
