from django.db.models import TextChoices


class Role(TextChoices):
    LISTENER = "listener"
    ARTIST = "artist"
