"""A long sound is worked on by other workers than the short ones, all the way from the event to the queue."""

import json

import psycopg
import pytest
from celery import current_app
from django.db import transaction

from config.embedded.address import Address
from config.embedded.house import process_table
from config.embedded.places import PROJECT, Places
from config.lib.events import emit
from config.lib.events.relay import address, send_due
from tracks.events import RenditionsQueued, SoundQueued

QUEUES = ("audio", "audio-long", "default", "fanout", "mail")


@pytest.mark.django_db(transaction=True)
def test_every_lane_has_its_queue():
    for queue in QUEUES:
        current_app.connection().default_channel.client.delete(queue)
    with transaction.atomic():
        emit(SoundQueued(sound_id=1, track_id=1, owner_id=1))
        emit(RenditionsQueued(sound_id=2, lane="long"))
    with psycopg.connect(**address(), autocommit=True) as database:
        assert send_due(database) == 2
    client = current_app.connection().default_channel.client
    headers = {queue: [json.loads(message)["headers"] for message in client.lrange(queue, 0, -1)] for queue in QUEUES}
    sent = {
        queue: [header["kwargsrepr"].split(",")[0] for header in found] for queue, found in headers.items() if found
    }
    assert sent == {"audio": ["{'lane': 'short'"], "audio-long": ["{'lane': 'long'"]}


def test_an_older_message_without_a_lane_is_a_short_one():
    assert current_app.amqp.router.route({}, "tracks.process_sound", kwargs={"sound_id": 1})["queue"].name == "audio"


def test_other_tasks_go_where_they_went():
    router = current_app.amqp.router
    assert router.route({}, "accounts.mail_verification", kwargs={})["queue"].name == "mail"
    assert router.route({}, "tracks.sweep_sounds", kwargs={})["queue"].name == "default"


def test_every_queue_has_workers_wherever_earshot_runs(tmp_path):
    commands = process_table(address=Address("127.0.0.1", 81), places=Places(tmp_path))
    layouts = {
        "make run": " ".join(word for program in commands for word in program.command).replace(
            "--queues ", "--queues="
        ),
        "compose": (PROJECT / "docker-compose.yml").read_text(),
        "systemd": "".join(unit.read_text() for unit in (PROJECT / "deploy/systemd").glob("*worker*.service")),
    }
    for name, layout in layouts.items():
        consumed = [words.split()[0].strip('",]') for words in layout.split("--queues=")[1:]]
        assert consumed == sorted(consumed), name
        assert sorted(",".join(consumed).split(",")) == sorted(QUEUES), name
        assert "audio-long" in consumed, name
