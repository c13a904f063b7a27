from datetime import datetime

from celery import shared_task
from django.utils import timezone

from config.lib.events.consequences import consequence
from engagement import services
from engagement.comments import services as comments_services
from engagement.plays import services as plays_services


@consequence(name="engagement.settle_marks")
def settle_marks(*, user_id: int, **_: object) -> int:
    return services.settle_marks(user_id=user_id)


@consequence(name="engagement.settle_comments")
def settle_comments(*, user_id: int, **_: object) -> int:
    return comments_services.settle_comments(user_id=user_id)


@consequence(name="engagement.detach_plays")
def detach_plays(*, user_id: int, before: str, **_: object) -> int:
    return plays_services.detach_plays(user_id=user_id, before=datetime.fromisoformat(before))


@consequence(name="engagement.drop_plays")
def drop_plays(*, track_id: int, **_: object) -> int:
    return plays_services.drop_plays(track_id=track_id)


@shared_task(name="engagement.keep_months")
def keep_months(**_: object) -> tuple[int, int]:
    return plays_services.keep_months(at=timezone.now())


@shared_task(name="engagement.forget_salts")
def forget_salts(**_: object) -> int:
    return plays_services.forget_salts(at=timezone.now())


@shared_task(name="engagement.forget_claims")
def forget_claims(**_: object) -> int:
    return plays_services.forget_claims(at=timezone.now())


@shared_task(name="engagement.settle_plays")
def settle_plays(**_: object) -> int:
    return plays_services.settle_plays(at=timezone.now())
