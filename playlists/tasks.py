from django.utils import timezone

from config.lib.events.consequences import consequence
from playlists import services


@consequence(name="playlists.settle_track")
def settle_track(*, track_id: int, after_id: int = 0, **_: object) -> int:
    return services.settle_track(track_id=track_id, after_id=after_id)


@consequence(name="playlists.settle_tracks_of")
def settle_tracks_of(*, user_id: int, after_id: int = 0, **_: object) -> int:
    return services.settle_tracks_of(user_id=user_id, after_id=after_id)


@consequence(name="playlists.drop_orphans")
def drop_orphans(**_: object) -> int:
    return services.drop_orphans()


@consequence(name="playlists.compose_cover")
def compose_cover(*, playlist_id: int, **_: object) -> bool:
    return services.compose_cover(playlist_id=playlist_id, at=timezone.now())


@consequence(name="playlists.move_artwork")
def move_artwork(*, playlist_id: int, artwork_id: int | None, **_: object) -> bool:
    return services.move_artwork(playlist_id=playlist_id, artwork_id=artwork_id, at=timezone.now())


@consequence(name="playlists.settle_passed")
def settle_passed(*, playlist_id: int, **_: object) -> bool:
    return services.settle_passed(playlist_id=playlist_id)
