"""Events on a whole running Earshot: whatever is killed or flushed on the way, every effect is there exactly once."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import redis
from django.conf import settings

from config.tests.prove.house import House

pytestmark = pytest.mark.slow

LAMPS = {"DJANGO_SETTINGS_MODULE": "config.tests.prove.lamp_settings"}
WRITERS, EACH = 8, 1250
# Runs in a process of its own.
BUILD = """
import django; django.setup()
from django.utils import timezone
from accounts.services import add_staff
for n in range(8):
    print(add_staff(email=f"h{n}@example.org", username=f"house-{n}", password="x", at=timezone.now()).pk)
"""
WRITE = """
import sys, django; django.setup()
from django.db import transaction
from config.lib.events import emit
from config.tests.prove.lamps import LampLit
for number in range(int(sys.argv[2])):
    with transaction.atomic():
        emit(LampLit(house_id=int(sys.argv[1]), number=number))
"""
FOLLOW = """
import sys, time, django; django.setup()
from config.lib.events.log import Cursor, read
cursor, seen, want, topics = Cursor(0, 0), [], int(sys.argv[1]), [f"house:{house}" for house in sys.argv[2:]]
while len(seen) < want:
    entries = read(after=cursor, limit=100, topics=topics)
    assert [entry.cursor for entry in entries] == sorted(entry.cursor for entry in entries)
    seen += [(entry.payload["house_id"], entry.payload["number"]) for entry in entries]
    cursor = entries[-1].cursor if entries else cursor
    time.sleep(0.01)
assert len(set(seen)) == len(seen) == want
for house in {house for house, _ in seen}:
    numbers = [number for of, number in seen if of == house]
    assert numbers == sorted(numbers)
"""
BLOW = """
import sys, django; django.setup()
from django.db import transaction
from config.lib.events import emit
from config.tests.prove.lamps import FuseBlown
with transaction.atomic():
    emit(FuseBlown(house_id=int(sys.argv[1])))
"""


@pytest.fixture
def lamp_house(tmp_path):
    with House(tmp_path / "home", LAMPS) as running:
        yield running


def start(house: House, program: str, *words: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)],
        cwd=settings.BASE_DIR,
        env=house.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )


def open_deliveries(house: House) -> int:
    return house.rows("SELECT count(*) FROM config_eventdelivery WHERE done_at IS NULL")[0][0]


def test_ten_thousand_events_survive_ten_kills_and_two_flushes(lamp_house):
    houses = start(lamp_house, BUILD).communicate()[0].split()
    follower = start(lamp_house, FOLLOW, WRITERS * EACH, *houses)
    writers = [start(lamp_house, WRITE, house_id, EACH) for house_id in houses]
    trouble = threading.Thread(target=make_trouble, args=(lamp_house,))
    trouble.start()
    for writer in writers:
        writer.communicate(timeout=300)
    trouble.join()
    assert [writer.returncode for writer in writers] == [0] * WRITERS

    took = lamp_house.wait_until(lambda: open_deliveries(lamp_house) == 0, seconds=300)

    print(f"{WRITERS * EACH} effects: all there {took:.1f} s after the last trouble")  # noqa: T201 -- the figure belongs to the proof
    assert lamp_house.rows("SELECT tracks FROM accounts_usercounts") == [(EACH,)] * WRITERS
    again = lamp_house.rows("SELECT count(*) FROM config_eventdelivery WHERE attempts > 1")[0][0]
    print(f"{again} deliveries were begun more than once")  # noqa: T201 -- likewise
    follower.communicate(timeout=60)
    assert follower.returncode == 0, "a follower of the log saw every event once and in order"


def make_trouble(house: House) -> None:
    """Ten kills of relay and worker in turn, two flushes of Redis, over about thirty seconds."""
    for round_ in range(10):
        time.sleep(3)
        for pid in house.pids(*(("manage.py", "relay") if round_ % 2 else ("celery", "worker"))):
            os.kill(pid, signal.SIGKILL)
        if round_ in {3, 7}:
            redis.Redis(unix_socket_path=str(house.places.sockets / "valkey.sock")).flushall()


def test_a_handler_that_fails_is_tried_again_and_one_that_always_fails_is_parked(lamp_house):
    house_id = start(lamp_house, BUILD).communicate()[0].split()[0]
    start(lamp_house, BLOW, house_id).communicate()

    done = "SELECT route, done_at IS NOT NULL FROM config_eventdelivery"
    lamp_house.wait_until(lambda: ("lamps.third_time_lucky", True) in lamp_house.rows(done), seconds=60)

    counts = "SELECT followers, playlists FROM accounts_usercounts WHERE user_id = %s"
    assert lamp_house.rows(counts, house_id) == [(1, 0)]
    lamp_house.rows("UPDATE config_eventdelivery SET attempts = 9, due_at = now() WHERE done_at IS NULL RETURNING 1")
    parked = "SELECT parked_at IS NOT NULL, last_error FROM config_eventdelivery WHERE route = 'lamps.never'"
    lamp_house.wait_until(lambda: lamp_house.rows(parked) == [(True, "OSError: no fuse fits")], seconds=60)
    said = start_command(lamp_house, "show")
    assert "lamps.never" in said
    assert "parked    1" in said
    assert start_command(lamp_house, "retry") == "1 deliveries will be tried anew\n"
    tried = "SELECT attempts FROM config_eventdelivery WHERE done_at IS NULL"
    lamp_house.wait_until(lambda: lamp_house.rows(tried)[0][0] > 0, seconds=60)


def start_command(house: House, *words: str) -> str:
    command = [sys.executable, "manage.py", "events", *words]
    return subprocess.check_output(command, cwd=settings.BASE_DIR, env=house.environment(), text=True)
