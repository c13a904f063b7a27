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


class SpaceRole(TextChoices):
    """What a member of a space may do there, from the least to the most; each may what those before it may."""

    VIEWER = "viewer"
    COMMENTER = "commenter"
    EDITOR = "editor"
    ADMIN = "admin"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """Its place in that order."""
        return list(SpaceRole).index(self)

    def reaches(self, other: "SpaceRole") -> bool:
        """Whether it is that role, or a higher one."""
        return self.rank >= other.rank


# What others are invited as: a space is handed over to who is in it already.
BELOW_OWNER = [(role.value, role.label) for role in SpaceRole if role != SpaceRole.OWNER]


def roles_from(least: SpaceRole) -> list[SpaceRole]:
    """That role and all higher ones."""
    return [role for role in SpaceRole if role.reaches(least)]
