from django.db.models import TextChoices


class MuteScope(TextChoices):
    """What somebody no longer wants to be shown of a person."""

    EVERYTHING = "everything"
    REPOSTS = "reposts"


class Verb(TextChoices):
    """What somebody did that their followers are shown."""

    PUBLISH = "publish"
    REPOST = "repost"


class Kind(TextChoices):
    """What it was done with; the names that cards carry."""

    TRACK = "track"
    PLAYLIST = "playlist"
    POST = "post"
