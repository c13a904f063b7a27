from config.lib.events.consequences import consequence
from social import services


@consequence(name="social.settle_follows")
def settle_follows(*, user_id: int, **_: object) -> int:
    return services.settle_follows(user_id=user_id)
