from django.db.models import TextChoices


class Permission(TextChoices):
    """What a link lets people do; each includes those before it."""

    LISTEN = "listen"
    COMMENT = "comment"
    DOWNLOAD = "download"

    def reaches(self, needed: "Permission") -> bool:
        """Whether it includes what is needed."""
        order = list(Permission)
        return order.index(self) >= order.index(needed)
