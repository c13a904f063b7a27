from celery import shared_task
from django.utils import timezone

from config.lib.events.consequences import consequence, long_consequence
from tracks import services
from tracks.uploads import services as upload_services


@long_consequence(name="tracks.process_sound")
def process_sound(*, sound_id: int, **_: object) -> bool:
    return services.process_sound(sound_id=sound_id)


@shared_task(name="tracks.sweep_sounds")
def sweep_sounds(**_: object) -> int:
    return services.sweep_sounds(at=timezone.now())


@shared_task(name="tracks.sweep_uploads")
def sweep_uploads(**_: object) -> int:
    return upload_services.sweep_uploads(at=timezone.now())


@shared_task(name="tracks.publish_due")
def publish_due(**_: object) -> int:
    return services.publish_due(at=timezone.now())


@consequence(name="tracks.retire_sound")
def retire_sound(*, sound_id: int, **_: object) -> bool:
    return services.retire_sound(sound_id=sound_id, at=timezone.now())


@shared_task(name="tracks.remove_replaced")
def remove_replaced(**_: object) -> int:
    return services.remove_replaced(at=timezone.now())


@consequence(name="tracks.move_artwork")
def move_artwork(*, track_id: int, artwork_id: int | None, **_: object) -> bool:
    return services.move_artwork(track_id=track_id, artwork_id=artwork_id, at=timezone.now())
