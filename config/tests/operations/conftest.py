from collections.abc import Iterator

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.test import Client

from config.tests.operations.reading import Figures, parsed

QUEUES = ("default", "audio", "mail")


@pytest.fixture
def scrape():
    """What a program on this machine reads."""

    def read() -> Figures:
        answer = Client().get("/metrics")
        assert answer.status_code == 200
        return parsed(answer.content.decode())

    return read


@pytest.fixture
def worker() -> Iterator[None]:
    """A worker at work in threads of this process, over the real broker."""
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.delete(*QUEUES)
    with start_worker(current_app, pool="threads", perform_ping_check=False, queues=QUEUES, shutdown_timeout=60):
        yield
