"""What accounts holds of a person: who they are here, where they are signed in, and what they asked for."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from accounts.choices import Slot
from accounts.leaving.services import erase_person
from accounts.models import (
    AccountErasure,
    AccountExport,
    Block,
    FormerAddress,
    Invite,
    MailedKey,
    PersonalToken,
    Session,
    User,
    UserCounts,
    UsernameChange,
    UsernameClaim,
)
from config.lib import storage
from config.lib.privacy import Holding, StoredFile, Table, documents

HASH = "a hash: worth nothing to its owner, and something to a thief"

TABLES = (
    Table(
        name="accounts/account",
        model=User,
        of="pk",
        columns=(
            "id", "username", "email", "display_name", "bio", "city", "country", "links", "genres",
            "avatar_id", "header_id", "role", "verified_badge", "likes_public", "followings_public", "messages_from",
            "discoverable",
            "timezone", "locale", "terms_version", "plan", "is_staff", "is_active",
            "suspended_at", "suspended_until", "suspension_reason", "leaving_at", "created_at", "verified_at",
            "last_login",
        ),
        about="The account itself. `accounts/pictures/avatar.webp` and `header.webp` are its pictures.",
        withheld=(("password", HASH),),
    ),
    Table(
        name="accounts/counts",
        model=UserCounts,
        of="user_id",
        columns=("followers", "followings", "tracks", "playlists"),
        about="The numbers on the profile.",
    ),
    Table(
        name="accounts/names",
        model=UsernameClaim,
        of="user_id",
        columns=("name", "expires_at"),
        about="The usernames that are kept for this account.",
    ),
    Table(
        name="accounts/addresses",
        model=EmailAddress,
        of="user_id",
        columns=("email", "primary", "verified"),
        about="The e-mail addresses.",
    ),
    Table(
        name="accounts/former-names",
        model=UsernameChange,
        of="user_id",
        columns=("before", "changed_at"),
        about="When the username was changed, and from which.",
    ),
    Table(
        name="accounts/former-addresses",
        model=FormerAddress,
        of="user_id",
        columns=("email", "left_at"),
        about="The e-mail addresses that were left for others, until they are forgotten.",
    ),
    Table(
        name="accounts/mailed-links",
        model=MailedKey,
        of="user_id",
        columns=("purpose", "email", "expires_at"),
        about="The links in mails that nobody has used yet.",
    ),
    Table(
        name="accounts/connections",
        model=SocialAccount,
        of="user_id",
        columns=("provider", "uid", "extra_data", "date_joined", "last_login"),
        about="The sign-ins of other services that lead to this account.",
    ),
    Table(
        name="accounts/second-factors",
        model=Authenticator,
        of="user_id",
        columns=("type", "created_at", "last_used_at"),
        about="What is asked for beside the password; the secrets are sealed and stay here.",
    ),
    Table(
        name="accounts/tokens",
        model=PersonalToken,
        of="user_id",
        columns=("label", "scopes", "created_at", "expires_at", "last_used_at"),
        about="The tokens that were handed to programs.",
    ),
    Table(
        name="accounts/invites",
        model=Invite,
        of="made_by_id",
        columns=("label", "max_uses", "uses", "created_at", "expires_at"),
        about="The invitations that were made.",
    ),
    Table(
        name="accounts/blocks",
        model=Block,
        of="blocker_id",
        columns=("blocked", "created_at"),
        about="The ids of the people who are blocked.",
    ),
    Table(
        name="accounts/sessions",
        model=Session,
        of="user_id",
        columns=("id", "user_agent", "address", "created_at", "used_at", "expires_at", "ended_at"),
        about="The devices that are, or were, signed in.",
    ),
    Table(
        name="accounts/exports",
        model=AccountExport,
        of="user_id",
        columns=("id", "state", "requested_at", "ended_at", "expires_at", "bytes", "sha256"),
        about="The archives that were asked for; the newest is this one.",
    ),
    Table(
        name="accounts/erasure",
        model=AccountErasure,
        of="user_id",
        columns=("state", "requested_at", "erase_at"),
        about="The wish to be erased, where there is one.",
    ),
)  # fmt: skip


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out; pictures in their largest form."""
    yield from documents(TABLES, user_id)
    person = User.objects.select_related(*Slot.values).filter(pk=user_id).first()
    for slot in Slot.values:
        picture = getattr(person, slot, None)
        if picture is not None:
            key = f"{picture.folder}/large.webp"
            yield StoredFile(name=f"accounts/pictures/{slot}.webp", key=key, size=storage.size_of(key) or 0)


def erase(user_id: int) -> None:
    """Leave a row without any fact of the person. Twice is once."""
    erase_person(user_id=user_id)
