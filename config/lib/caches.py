"""Django's Redis cache, which holds nothing while Redis is away instead of breaking the request."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache

from config.lib.redis import shared_redis

Answer = TypeVar("Answer")


def ask(question: Callable[[], Answer], *, otherwise: Answer) -> Answer:
    """What Redis answers, or `otherwise` while it is away."""
    return shared_redis().breaker.call(question, otherwise=lambda: otherwise)


class GuardedRedisCache(RedisCache):
    """While Redis is away every read is a miss and no write is kept. The arguments are those of Django's cache."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return ask(partial(super().add, *args, **kwargs), otherwise=False)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return ask(partial(super().get, key, default, version), otherwise=default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        ask(partial(super().set, *args, **kwargs), otherwise=None)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return ask(partial(super().touch, *args, **kwargs), otherwise=False)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return ask(partial(super().delete, *args, **kwargs), otherwise=False)

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return ask(partial(super().get_many, *args, **kwargs), otherwise={})

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return ask(partial(super().has_key, *args, **kwargs), otherwise=False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a key that is not there, and so for every key while Redis is away."""
        count: int | None = ask(partial(super().incr, key, delta, version), otherwise=None)
        if count is None:
            raise ValueError(f"Key '{key}' not found")
        return count

    def set_many(self, data: dict[Any, Any], *args: Any, **kwargs: Any) -> list[Any]:
        return ask(partial(super().set_many, data, *args, **kwargs), otherwise=list(data))

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        ask(partial(super().delete_many, *args, **kwargs), otherwise=None)

    def clear(self) -> None:
        ask(super().clear, otherwise=None)
