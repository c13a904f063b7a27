"""What an operator sees of a whole running Earshot: its figures, its log, and what the doctor says."""

import json
import os
import signal
import subprocess
import sys

import httpx
import pytest
from django.conf import settings

from config.lib.testing import write_tone
from config.tests.operations.reading import Figures, figure, parsed
from config.tests.prove.house import House, upload

pytestmark = pytest.mark.slow

ID = "an-upload-to-follow"


@pytest.fixture
def logging_house(tmp_path):
    """A house that writes its log for programs."""
    with House(tmp_path / "home", {"LOG_FORMAT": "json"}) as running:
        yield running


def scrape(house: House) -> Figures:
    return parsed(httpx.get(f"{house.url}/metrics").raise_for_status().text)


def lines_with(house: House, request_id: str, *, process: str) -> list[dict[str, object]]:
    """What a process has written under an id."""
    lines = (house.places.logs / f"{process}.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and request_id in line]


def test_the_web_process_tells_what_the_worker_did_under_the_id_of_the_request(logging_house, tmp_path):
    house = logging_house
    owner = house.join("owner")
    owner.headers["X-Request-ID"] = ID
    upload(owner, write_tone(tmp_path / "tone.wav"), title="Dawn")
    house.wait_until(lambda: lines_with(house, ID, process="worker"), seconds=60)

    [request] = lines_with(house, ID, process="web")
    [task] = [line for line in lines_with(house, ID, process="worker") if line["logger"] == "earshot.task"]
    assert (request["logger"], request["status"]) == ("earshot.request", 201)
    assert (task["task"], task["outcome"]) == ("tracks.process_sound", "success")
    assert {
        row[0] for row in house.rows("SELECT request_id FROM config_domainevent WHERE type = 'tracks.TrackReady'")
    } == {ID}

    for pid in house.pids("celery", "worker"):
        os.kill(pid, signal.SIGKILL)
    figures = scrape(house)
    assert figure(figures, "earshot_tasks_total", task="tracks.process_sound", outcome="success") == 1
    assert figure(figures, "earshot_processing_stage_seconds_count", stage="transcode", outcome="done") == 1
    assert figure(figures, "earshot_sounds", state="ready") == 1


def test_the_doctor_finds_a_running_house_well_and_a_parked_delivery_not(house):
    def doctor() -> dict[str, dict[str, object]]:
        command = [sys.executable, "manage.py", "doctor", "--json"]
        ended = subprocess.run(
            command, cwd=settings.BASE_DIR, env=house.environment(), capture_output=True, text=True, check=False
        )
        return {finding["check"]: finding for finding in json.loads(ended.stdout) if finding["wrong"]}

    house.join("owner")
    house.wait_until(lambda: doctor() == {}, seconds=60)
    house.rows("UPDATE config_eventdelivery SET done_at = NULL, parked_at = now() RETURNING 1")
    assert set(doctor()) == {"parked"}
