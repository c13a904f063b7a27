from config.lib.events.consequences import consequence
from engagement import services


@consequence(name="engagement.settle_marks")
def settle_marks(*, user_id: int, **_: object) -> int:
    return services.settle_marks(user_id=user_id)
