"""Does everything answer?"""

import asyncio
from http.client import HTTPConnection, HTTPException

from kombu.exceptions import OperationalError

from config.celery import app as celery
from config.embedded.address import Address

ANSWER_PATIENCE = 5.0
"""Seconds for an HTTP answer."""

PING_PATIENCE = 0.3
"""Seconds for a worker's answer; one that is not there yet when it is asked never answers that question."""


async def everything_answers(address: Address) -> bool:
    """Whether the web process is ready and a Celery worker answers a ping."""
    return all(await asyncio.gather(asyncio.to_thread(web_answers, address), asyncio.to_thread(worker_answers)))


def web_answers(address: Address) -> bool:
    """Whether `/health/ready/` says 200. Asked without the proxies of the environment."""
    connection = HTTPConnection(address.reachable_host, address.port, timeout=ANSWER_PATIENCE)
    try:
        connection.request("GET", "/health/ready/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def worker_answers() -> bool:
    """Whether any worker answers `control.ping`."""
    try:
        return bool(celery.control.ping(timeout=PING_PATIENCE, limit=1))
    except OperationalError:
        return False
