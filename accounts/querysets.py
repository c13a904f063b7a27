from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.usernames import GRAMMAR_SENTENCE, is_well_formed
from config.lib.errors import DomainError
from config.lib.viewer import Viewer

if TYPE_CHECKING:
    from accounts.models import Session, User  # noqa: F401 -- named in strings below


def in_good_standing(prefix: str = "") -> Q:
    """The accounts that others may see: verified, not suspended, not leaving. `prefix` leads to them (`owner__`)."""
    return Q(**{f"{prefix}is_active": True, f"{prefix}verified_at__isnull": False})


def living(at: datetime) -> Q:
    """The sessions that sign a person in: not over, and opened (or kept) under the person's present version."""
    return Q(ended_at__isnull=True, expires_at__gt=at, user__is_active=True, version=F("user__session_version"))


class UserQuerySet(QuerySet["User"]):
    def visible_to(self, viewer: Viewer) -> "UserQuerySet":
        """The people whom the viewer may see: those in good standing, and oneself."""
        return self.filter(in_good_standing() | Q(pk=viewer.user_id))

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


class SessionQuerySet(QuerySet["Session"]):
    def alive(self, *, at: datetime) -> "SessionQuerySet":
        """Sessions that still sign a person in."""
        return self.filter(living(at))

    def visible_to(self, viewer: Viewer) -> "SessionQuerySet":
        """One's own."""
        return self.filter(Q(user_id=viewer.user_id))

    def with_liveness(self, *, at: datetime) -> "SessionQuerySet":
        """Adds `is_alive` to each."""
        return self.annotate(is_alive=living(at))
