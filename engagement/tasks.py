from config.lib.events.consequences import consequence
from engagement import services
from engagement.comments import services as comments_services


@consequence(name="engagement.settle_marks")
def settle_marks(*, user_id: int, **_: object) -> int:
    return services.settle_marks(user_id=user_id)


@consequence(name="engagement.settle_comments")
def settle_comments(*, user_id: int, **_: object) -> int:
    return comments_services.settle_comments(user_id=user_id)
