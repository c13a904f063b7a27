from django.db.models import TextChoices


class PlaylistType(TextChoices):
    """What somebody calls a list of tracks. PROJECT: work in progress, of a space as a rule."""

    PLAYLIST = "playlist"
    ALBUM = "album"
    EP = "ep"
    SINGLE = "single"
    COMPILATION = "compilation"
    PROJECT = "project"
