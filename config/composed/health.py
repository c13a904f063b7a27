"""Is this process alive, and can it do its work?"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from config.lib.redis import shared_redis

logger = logging.getLogger(__name__)


def check_database() -> bool:
    """PostgreSQL answers, and its schema is the one that this code expects."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("database_unreachable")
        return False


def check_redis() -> bool:
    """Redis answers and takes a value. It is asked past its breaker: whether it is there now."""
    client = shared_redis().client
    try:
        return bool(client.set("health", "well", ex=5))
    except (RedisError, OSError):
        logger.exception("redis_unreachable")
        return False


CHECKS: dict[str, Callable[[], bool]] = {"database": check_database, "redis": check_redis}


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything that a request needs is there, else 503; which one is missing stands in the answer."""
    results = {name: check() for name, check in CHECKS.items()}
    well = all(results.values())
    body = {"status": "ok" if well else "unavailable", "checks": results}
    response = JsonResponse(body, status=200 if well else 503)
    response["Cache-Control"] = "no-store"
    return response
