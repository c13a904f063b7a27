"""What playlists holds of a person: the lists that they made, and their pictures."""

from collections.abc import Iterator

from django.utils import timezone

from config.lib import storage
from config.lib.privacy import Holding, StoredFile, Table, documents
from playlists.models import Cover, Playlist, PlaylistCounts, PlaylistItem, PlaylistShareLink
from playlists.services import purge_playlist
from social.services import vacate_spaces

TABLES = (
    Table(
        name="playlists/playlists",
        model=Playlist,
        of="owner_id",
        columns=(
            "id", "space_id", "type", "title", "permalink", "description", "genre", "tags", "visibility",
            "secret_token", "release_date", "artwork_id", "created_at", "updated_at", "published_at", "deleted_at",
        ),
        about="Every playlist, those in the trash too. `playlists/artwork/<artwork_id>.webp` is the chosen picture.",
    ),
    Table(
        name="playlists/items",
        model=PlaylistItem,
        of="playlist__owner_id",
        columns=("playlist_id", "track_id", "rank", "added_at"),
        about="The tracks of the playlists; lower ranks come first.",
    ),
    Table(
        name="playlists/counts",
        model=PlaylistCounts,
        of="playlist__owner_id",
        columns=("playlist_id", "tracks", "duration_ms", "likes", "reposts"),
        about="The numbers on the playlists' cards.",
    ),
    Table(
        name="playlists/share_links",
        model=PlaylistShareLink,
        of="playlist__owner_id",
        columns=(
            "id", "playlist_id", "label", "permission", "expires_at", "max_uses", "uses", "created_at",
            "last_opened_at",
        ),
        about="Links that were handed out to open the playlists, each with how often it was opened.",
        withheld=(("password", "a hash, which only opening the link compares"),),
    ),
)  # fmt: skip


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out: the lists, and the pictures that were chosen for them in their largest form."""
    yield from documents(TABLES, user_id)
    covers = Cover.objects.filter(pk__in=Playlist.objects.filter(owner_id=user_id).values("artwork"))
    for cover in covers.order_by("pk").iterator():
        key = f"{cover.folder}/large.webp"
        yield StoredFile(name=f"playlists/artwork/{cover.pk}.webp", key=key, size=storage.size_of(key) or 0)


def erase(user_id: int) -> None:
    """Leave nothing of the person's playlists, but for what is others' too: that passes to the owners of its spaces.
    Twice is once."""
    vacate_spaces(user_id=user_id, at=timezone.now())
    for playlist_id in list(Playlist.objects.filter(owner_id=user_id).order_by("pk").values_list("pk", flat=True)):
        purge_playlist(playlist_id=playlist_id, reason="its owner was erased")
