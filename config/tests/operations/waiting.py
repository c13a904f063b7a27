"""What tests of the operator's tools wait for."""

import time

import psycopg

from config.lib.events.relay import address, send_due

PATIENCE_S = 60


def carry() -> int:
    """What a relay does once; the number of deliveries sent."""
    with psycopg.connect(**address(), autocommit=True) as database:
        return send_due(database)


def until(done) -> None:
    """Poll until `done()`."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)
