import uuid
from collections.abc import Iterator

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower, Upper

from accounts.choices import MessagesFrom, Purpose, Role
from accounts.leaving.models import AccountErasure, AccountExport, RetiredName
from accounts.models.blocks import Block
from accounts.models.instance import Instance, Invite
from accounts.models.pictures import Picture
from accounts.models.tokens import PersonalToken
from accounts.models.usernames import UsernameChange
from accounts.querysets import MailedKeyQuerySet, SessionQuerySet, UserManager

__all__ = [
    "AccountErasure",
    "AccountExport",
    "Block",
    "Instance",
    "Invite",
    "PersonalToken",
    "Picture",
    "RetiredName",
    "Session",
    "SocketTicket",
    "User",
    "UserCounts",
    "UsernameChange",
    "UsernameClaim",
]

# Of whom lists of people may tell at all; suspensions come and go without touching these indexes.
FINDABLE = Q(discoverable=True, verified_at__isnull=False)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Written by accounts.services only; erased to a tombstone, never deleted once verified."""

    pii = {
        "username", "email", "password", "display_name", "bio", "city", "country", "links", "genres", "last_login",
        "suspended_at", "suspended_until", "suspension_reason",
    }  # fmt: skip

    username = models.CharField(max_length=30)
    email = models.EmailField(max_length=254)
    display_name = models.CharField(max_length=60, blank=True)
    bio = models.CharField(max_length=2000, blank=True)
    city = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2")
    links = models.JSONField(default=list, db_default=[], blank=True, help_text="Of {title, url}.")
    genres = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True, help_text="In lower case."
    )
    avatar = models.OneToOneField(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="avatar_of")
    header = models.OneToOneField(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="header_of")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.LISTENER)
    verified_badge = models.BooleanField(
        default=False, db_default=False, help_text="The tick beside the name: staff knows who this is."
    )
    likes_public = models.BooleanField(default=True, db_default=True)
    followings_public = models.BooleanField(default=True, db_default=True)
    messages_from = models.CharField(
        max_length=10,
        choices=MessagesFrom.choices,
        default=MessagesFrom.EVERYONE,
        db_default=MessagesFrom.EVERYONE,
        help_text="Who may begin a conversation.",
    )
    discoverable = models.BooleanField(default=True, db_default=True, help_text="Off: in no list of people.")
    popularity = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Followers a while ago; what lists are ordered by."
    )
    timezone = models.CharField(max_length=40, default="UTC")
    locale = models.CharField(max_length=12, default="en")
    terms_version = models.CharField(max_length=20, blank=True)
    plan = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Code of the plan; empty: the default one."
    )
    is_staff = models.BooleanField(default=False, help_text="May enter the admin.")
    is_active = models.BooleanField(default=True, help_text="Off: suspended; invisible, and every request refused.")
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True, help_text="Lifted by itself then; empty: never.")
    suspension_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    session_version = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Counting up ends every session that was opened under an older one."
    )
    leaving_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person asked to be erased; nobody sees them since."
    )
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True, help_text="When the e-mail address was confirmed.")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    objects = UserManager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["username"], name="username_once"),
            CheckConstraint(condition=Q(username__regex=r"^[a-z][a-z0-9_-]{2,29}$"), name="username_grammar"),
            CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
            CheckConstraint(condition=Q(messages_from__in=MessagesFrom.values), name="messages_from_known"),
        ]
        indexes = [
            models.Index(Lower("email"), name="user_email_lower"),
            models.Index(
                fields=["suspended_until"],
                name="user_suspended_until",
                condition=Q(suspended_until__isnull=False),
            ),
            models.Index(fields=["-popularity", "-id"], name="user_listed_popular", condition=FINDABLE),
            models.Index(fields=["-created_at", "-id"], name="user_listed_newest", condition=FINDABLE),
            models.Index(
                Upper("city"),
                F("popularity").desc(),
                F("id").desc(),
                name="user_listed_city_popular",
                condition=FINDABLE,
            ),
            models.Index(fields=["country", "-popularity", "-id"], name="user_listed_country", condition=FINDABLE),
            GinIndex(fields=["genres"], name="user_listed_genres", condition=FINDABLE),
        ]

    def __str__(self) -> str:
        return self.username

    def get_session_auth_hash(self) -> str:
        """What a session of the admin must hold: it ends with the person's other sessions."""
        return f"{super().get_session_auth_hash()}.{self.session_version}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under each secret of before."""
        return (f"{digest}.{self.session_version}" for digest in super().get_session_auth_fallback_hash())


class UserCounts(models.Model):
    """The numbers on a profile, in a narrow row of their own: every update stays in its page (HOT)."""

    no_pii = "numbers only"

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="counts")
    followers = models.PositiveIntegerField(default=0)
    followings = models.PositiveIntegerField(default=0)
    tracks = models.PositiveIntegerField(default=0)
    playlists = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "user counts"

    def __str__(self) -> str:
        return f"counts of {self.user_id}"


class UsernameClaim(models.Model):
    """Every name that is in use or kept back, so that one unique column decides who has it.

    Without `expires_at` the name belongs to `user`; with it, the name is merely not given out until then.
    """

    pii = {"name"}

    name = models.CharField(max_length=30, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="username_claims")
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(user__isnull=False) | Q(expires_at__isnull=False), name="claim_has_holder_or_end"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Session(models.Model):
    """A signed-in device: a family of refresh tokens of which only the newest is good."""

    pii = {"user_agent", "address"}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    version = models.PositiveIntegerField(default=0, db_default=0, help_text="The person's, when it was opened.")
    refresh_jti = models.CharField(max_length=32)
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(help_text="The last sign-in or refresh: ten minutes behind at most.")
    expires_at = models.DateTimeField(help_text="Absolute; a refresh does not move it.")
    ended_at = models.DateTimeField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-used_at"], name="session_by_user"),
            models.Index(fields=["ended_at"], name="session_ended", condition=models.Q(ended_at__isnull=False)),
            models.Index(fields=["expires_at"], name="session_expiring"),
        ]

    def __str__(self) -> str:
        return f"session {self.pk}"


class SocketTicket(models.Model):
    """The right to open one socket in the name of a session, for half a minute. Redeeming it deletes it."""

    no_pii = "a digest, and the session it stands for"

    digest = models.CharField(max_length=64, primary_key=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="tickets")
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ticket for session {self.session_id}"


class SecondFactorDraft(models.Model):
    """The secret of a second factor that its owner has not shown to hold yet; over after a quarter of an hour.

    What is confirmed lives in allauth's Authenticator.
    """

    no_pii = "a sealed secret, and whose it will be"

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="second_factor_draft")
    secret = models.CharField(max_length=255, help_text="Sealed.")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.user_id}"


class MailedKey(models.Model):
    """What the link in a mail stands for: one purpose, once, and until anything of the person's sign-in changes.

    The key in the link is this id, signed for the purpose: who reads the table can open nothing. Redeeming deletes it.
    """

    pii = {"email"}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=14, choices=Purpose.choices)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        related_name="mailed_keys",
        help_text="Empty: nobody has the address that was given; the row is made so that asking takes as long.",
    )
    version = models.PositiveIntegerField(help_text="The person's session_version, when it was asked for.")
    email = models.EmailField(max_length=254, blank=True, help_text="The address that a change is to.")
    expires_at = models.DateTimeField()

    objects = MailedKeyQuerySet.as_manager()

    class Meta:
        constraints = [CheckConstraint(condition=Q(purpose__in=Purpose.values), name="mailed_key_purpose_known")]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.user_id}"


class FormerAddress(models.Model):
    """An address that a person has left for another. It is told of that, and forgotten after a while."""

    pii = {"email"}

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_addresses")
    email = models.EmailField(max_length=254)
    left_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "former addresses"

    def __str__(self) -> str:
        return f"former address of {self.user_id}"
