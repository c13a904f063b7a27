"""A house, browsers to visit it, and tracks that its worker has made.

Nothing asks the ORM while Playwright runs: its event loop lives in the test's thread, and Django refuses queries beside
a running loop. So a test makes its rows first, the first visit starts the browser, and from then on it acts through
pages and the API.
"""

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.core.files import File
from django.db import connection
from django.utils import timezone

from accounts.models import User
from config.embedded import leftovers
from config.settings import base
from config.tests.e2e.house import running_house
from config.tests.e2e.visitors import Visitors
from tracks import services
from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.choices import State
from tracks.models import Track

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 60.0


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path."""
    found = [path for name in CHROMIUM if (path := shutil.which(name))]
    if not found:
        pytest.fail("The browser tests need Chromium: `apt install chromium`, then the same again.", pytrace=False)
    return found[0]


@pytest.fixture(scope="session")
def house(chromium, django_db_setup, django_db_blocker):
    """The server and the worker of this run."""
    with django_db_blocker.unblock():
        database_name = connection.settings_dict["NAME"]
    with running_house(database_name=database_name) as running:
        yield running


@pytest.fixture(autouse=True)
def real_hashes(settings) -> None:
    """People of these tests sign in at a server that knows nothing of the suite's cheap hashes."""
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS


@pytest.fixture
def visit(house, chromium, transactional_db, monkeypatch):
    """Opens browsers; afterwards nothing may have come from elsewhere, and no script may have failed."""
    monkeypatch.setenv(leftovers.MARK, house.mark)
    with Visitors(chromium=chromium, url=house.url) as visitors:
        yield visitors
    visitors.check_complaints()


@pytest.fixture(scope="session")
def record(tmp_path_factory):
    """Makes a file with that many seconds of sound: a sweep that swells twice a minute."""
    folder = tmp_path_factory.mktemp("sound")

    def make(*, name: str, seconds: int) -> Path:
        path = folder / name
        sound = f"aevalsrc=0.9*abs(sin(PI*t/30))*sin(2*PI*(220+t)*t):d={seconds}:s=44100"
        command = [ffmpeg_binary(), "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", sound, "-ac", "2", str(path)]
        subprocess.run(command, check=True, timeout=60)
        return path

    return make


@pytest.fixture(scope="session")
def minute(record) -> Path:
    """A minute of sound."""
    return record(name="Minute of Swell.wav", seconds=60)


@pytest.fixture
def ready_track(house, transactional_db, minute):
    """A track of which the worker has made everything."""

    def make(owner: User, *, recording: Path = minute, **details) -> Track:
        with recording.open("rb") as audio:
            file = File(audio, name=recording.name)
            track = services.upload_track(owner=owner, audio=file, details=details, at=timezone.now())
        deadline = time.monotonic() + PATIENCE_S
        sound = track.sounds.get()
        while sound.state != State.READY or sound.todo:
            assert time.monotonic() < deadline, f"the worker has not made every rendition: {sound.state} {sound.todo}"
            time.sleep(0.1)
            sound.refresh_from_db()
        track.refresh_from_db()
        return track

    return make
