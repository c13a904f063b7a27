from django.db.models import TextChoices


class Role(TextChoices):
    LISTENER = "listener"
    ARTIST = "artist"


class Slot(TextChoices):
    """Where a person's picture stands; the name of its column too."""

    AVATAR = "avatar"
    HEADER = "header"


class Purpose(TextChoices):
    """What the link in a mail is good for; a key of one is worth nothing at another."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 -- a name
    EMAIL_CHANGE = "email_change"


class Notice(TextChoices):
    """What a person is told of by mail whether or not they want mails."""

    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- a name
    EMAIL_CHANGED = "email_changed"
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    CONNECTION_ADDED = "connection_added"
    CONNECTION_REMOVED = "connection_removed"


class MessagesFrom(TextChoices):
    """Who may begin a conversation with somebody."""

    EVERYONE = "everyone"
    FOLLOWINGS = "followings"
    NOBODY = "nobody"


class Registration(TextChoices):
    """Who may join."""

    OPEN = "open", "Everybody"
    INVITE = "invite", "Whoever is invited"
    CLOSED = "closed", "Nobody"
