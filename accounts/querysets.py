from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet, Value
from django.utils import timezone

from accounts.usernames import GRAMMAR_SENTENCE, is_well_formed
from config.lib.errors import DomainError
from config.lib.viewer import Viewer

if TYPE_CHECKING:
    from accounts.models import (  # noqa: F401 -- named in strings below
        Block,
        Invite,
        MailedKey,
        PersonalToken,
        Session,
        User,
    )


def in_good_standing(prefix: str = "") -> Q:
    """The accounts that others may see: verified, not suspended, not leaving. `prefix` leads to them (`owner__`)."""
    return Q(**{f"{prefix}is_active": True, f"{prefix}verified_at__isnull": False, f"{prefix}leaving_at__isnull": True})


class NoBlock(Func):
    """Whether no block parts two accounts, by their ids. Written out: two subqueries of the ORM's take a third of all
    the time that it needs for the statement of a list."""

    output_field = BooleanField()
    template = (
        "(NOT EXISTS (SELECT 1 FROM accounts_block b WHERE b.blocker_id = {0} AND b.blocked_id = {1})"
        " AND NOT EXISTS (SELECT 1 FROM accounts_block b WHERE b.blocker_id = {1} AND b.blocked_id = {0}))"
    )

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # fewer words than Django's
        (one, of_one), (other, of_other) = (compiler.compile(part) for part in self.get_source_expressions())
        return self.template.format(one, other), [*of_one, *of_other, *of_other, *of_one]


def unblocked(viewer: Viewer, prefix: str = "") -> Q:
    """The accounts between whom and the viewer there is no block, whoever of the two has set it."""
    if viewer.user_id is None:
        return Q()
    return Q(NoBlock(F(f"{prefix}id"), Value(viewer.user_id, output_field=BigIntegerField())))


def seen_by(viewer: Viewer, prefix: str = "") -> Q:
    """The accounts of which the viewer may see what is public. Oneself is among them, unless suspended."""
    return in_good_standing(prefix) & unblocked(viewer, prefix)


LISTED = in_good_standing() & Q(discoverable=True)


UNENDED = in_good_standing("user__") & Q(ended_at__isnull=True, version=F("user__session_version"))


def living(at: datetime) -> Q:
    """The sessions that sign a person in: not over, and opened (or kept) under the person's present version."""
    return UNENDED & Q(expires_at__gt=at)


class UserQuerySet(QuerySet["User"]):
    def visible_to(self, viewer: Viewer) -> "UserQuerySet":
        """The people whom the viewer may see: those in good standing with no block between, and oneself.

        Nobody blocks themselves, so that blocks may be asked about of all: beside an `or` they would be looked up row
        by row, and PostgreSQL would take that for so dear that it preferred to read a whole genre.
        """
        return self.filter(in_good_standing() | Q(pk=viewer.user_id), unblocked(viewer))

    def listed(self) -> "UserQuerySet":
        """The people who may appear in lists and search."""
        return self.filter(LISTED)

    def outdated_popularity(self) -> "UserQuerySet":
        """The people whose followers have become more, or fewer, than lists know."""
        followers = F("counts__followers")
        return self.filter(Q(popularity__lt=followers) | Q(popularity__gt=followers))

    def never_verified(self, *, before: datetime) -> "UserQuerySet":
        """Accounts made before the given time whose address was never confirmed."""
        return self.filter(verified_at__isnull=True, created_at__lt=before)

    def suspended_until(self, at: datetime) -> "UserQuerySet":
        """The people whose suspension was to last until then, or until some time before."""
        return self.filter(is_active=False, suspended_until__lte=at)


class UserManager(BaseUserManager["User"]):
    """What Django's `createsuperuser` and `authenticate` ask for."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, viewer: Viewer) -> UserQuerySet:
        return self.get_queryset().visible_to(viewer)

    def outdated_popularity(self) -> UserQuerySet:
        return self.get_queryset().outdated_popularity()

    def never_verified(self, *, before: datetime) -> UserQuerySet:
        return self.get_queryset().never_verified(before=before)

    def suspended_until(self, at: datetime) -> UserQuerySet:
        return self.get_queryset().suspended_until(at)

    def create_superuser(self, username: str, email: str, password: str) -> "User":
        """What Django's `createsuperuser` calls; raises ValidationError, which the command tells in a sentence."""
        from accounts.services import add_staff  # noqa: PLC0415 -- Django asks the manager, the service writes

        if not is_well_formed(username.lower()):
            raise ValidationError(f"A username has {GRAMMAR_SENTENCE}")
        try:
            return add_staff(username=username.lower(), email=email.lower(), password=password, at=timezone.now())
        except DomainError as error:
            raise ValidationError(str(error)) from error

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class BlockQuerySet(QuerySet["Block"]):
    def visible_to(self, viewer: Viewer) -> "BlockQuerySet":
        """The viewer's own: nobody learns who blocks them. Of people in no good standing nothing is told meanwhile."""
        return self.filter(in_good_standing("blocked__"), blocker_id=viewer.user_id)


class SessionQuerySet(QuerySet["Session"]):
    def alive(self, *, at: datetime) -> "SessionQuerySet":
        """Sessions that still sign a person in."""
        return self.filter(living(at))

    def unended(self) -> "SessionQuerySet":
        """Sessions that nothing but the clock can have ended."""
        return self.filter(UNENDED)

    def over_since(self, moment: datetime) -> "SessionQuerySet":
        """Sessions that ended, by whatever, before then."""
        return self.filter(Q(ended_at__lt=moment) | Q(expires_at__lt=moment))

    def visible_to(self, viewer: Viewer) -> "SessionQuerySet":
        """One's own."""
        return self.filter(Q(user_id=viewer.user_id))

    def with_liveness(self, *, at: datetime) -> "SessionQuerySet":
        """Adds `is_alive` to each."""
        return self.annotate(is_alive=living(at))


class PersonalTokenQuerySet(QuerySet["PersonalToken"]):
    def alive(self, *, at: datetime) -> "PersonalTokenQuerySet":
        """Tokens that still sign a program in."""
        not_over = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
        return self.filter(not_over, in_good_standing("user__"), version=F("user__session_version"))

    def over(self, *, at: datetime) -> "PersonalTokenQuerySet":
        """All others. What is over stays over: the person's version only counts up."""
        outgrown = ~Q(version=F("user__session_version"))
        return self.filter(Q(expires_at__lte=at) | Q(user__is_active=False) | outgrown)

    def visible_to(self, viewer: Viewer) -> "PersonalTokenQuerySet":
        """One's own."""
        return self.filter(Q(user_id=viewer.user_id))


class InviteQuerySet(QuerySet["Invite"]):
    def good(self, *, at: datetime) -> "InviteQuerySet":
        """Invites that let somebody in: not over, not used up, and of somebody in good standing."""
        return self.filter(in_good_standing("made_by__"), uses__lt=F("max_uses"), expires_at__gt=at)

    def visible_to(self, viewer: Viewer) -> "InviteQuerySet":
        """One's own."""
        return self.filter(Q(made_by_id=viewer.user_id))


class MailedKeyQuerySet(QuerySet["MailedKey"]):
    def good(self, *, at: datetime) -> "MailedKeyQuerySet":
        """The keys that still open something: somebody's, in time, and nothing of their sign-in has changed since."""
        return self.filter(expires_at__gt=at, version=F("user__session_version"))
