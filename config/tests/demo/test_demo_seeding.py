"""`seed_demo`: through the services, once, visibly."""

import threading
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from config.demo import seeding
from config.demo.cast import ARTISTS, PASSWORD, PEOPLE
from config.demo.catalogue import PIECES
from config.lib.testing import write_tone
from config.management.commands import seed_demo
from tracks.choices import State
from tracks.models import Sound, Track
from tracks.services import process_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker():
    """Works on whatever waits, as a Celery worker would, until the test is over."""
    stopping = threading.Event()

    def work() -> None:
        while not stopping.is_set():
            for sound_id in Sound.objects.filter(state=State.QUEUED).values_list("pk", flat=True):
                process_sound(sound_id=sound_id)
            stopping.wait(0.1)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stopping.set()
    thread.join()


@pytest.fixture
def folder(tmp_path):
    """Two files of sound and one of something else."""
    folder = tmp_path / "music"
    folder.mkdir()
    for name, hertz in (("first light.wav", 330), ("second wind.wav", 440)):
        write_tone(folder / name, hertz=hertz)
    (folder / "notes.txt").write_text("not a sound")
    return folder


def seed(*words: object) -> str:
    out = StringIO()
    call_command("seed_demo", *map(str, words), stdout=out)
    return out.getvalue()


def test_a_folder_becomes_tracks_of_the_artists_in_turn_and_only_once(worker, folder):
    said = seed("--from", folder)

    assert "person  mara-quill" in said
    assert "ready   first light" in said
    assert "done    2 tracks added" in said
    found = Track.objects.order_by("id").values_list("title", "owner__username", "state")
    assert list(found) == [("first light", ARTISTS[0].username, "ready"), ("second wind", ARTISTS[1].username, "ready")]
    assert seed("--from", folder) == "done    0 tracks added\n"
    assert Track.objects.count() == 2


def test_the_people_can_sign_in_and_only_the_staff_enters_the_admin(worker, folder, api):
    seed("--from", folder)
    assert User.objects.count() == len(PEOPLE)
    for person in PEOPLE:
        answer = api.post("/api/v1/auth/login/", {"login": person.username, "password": PASSWORD})
        assert answer.json()["user"]["display_name"] == person.display_name
    assert list(User.objects.filter(is_staff=True).values_list("username", flat=True)) == ["admin"]


def test_a_piece_of_the_catalogue_gets_its_name_from_its_own_tags(worker):
    piece = next(piece for piece in PIECES if piece.visibility == "private")
    for person in PEOPLE:
        seeding.add_person(person)
    track = seeding.add_piece(piece)
    deadline = time.monotonic() + 60
    while seeding.still_working([track]):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    track.refresh_from_db()
    assert (track.title, track.genre, track.visibility) == (piece.title, piece.genre, "private")
    assert track.artwork is not None
    assert piece not in seeding.missing_pieces()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(folder):
    assert "would add person  okto-vane" in seed("--dry-run")
    assert f"would upload      {PIECES[0].title}" in seed("--dry-run")
    assert "would upload      first light.wav" in seed("--dry-run", "--from", folder)
    assert User.objects.count() == Track.objects.count() == 0


def test_a_file_that_is_no_sound_is_told_and_ends_in_an_error(worker, folder):
    (folder / "third.mp3").write_bytes(b"no sound at all" * 1000)
    with pytest.raises(CommandError, match=r"1 of 3 tracks failed; the admin says why"):
        seed("--from", folder)


def test_without_a_worker_it_says_so_in_the_end(folder, monkeypatch):
    monkeypatch.setattr(seed_demo, "PATIENCE_S", 0.2)
    monkeypatch.setattr(seed_demo, "LOOK_EVERY_S", 0.1)
    with pytest.raises(CommandError, match=r"2 tracks are not ready after 0.2 s: is a worker running\?"):
        seed("--from", folder)


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_in_production_nobody_comes_in_with_a_public_password(settings, monkeypatch, words):
    settings.DEV_PAGES = False
    monkeypatch.setattr(seed_demo, "PATIENCE_S", 0)
    monkeypatch.setattr(seeding, "missing_pieces", list)
    with pytest.raises(CommandError, match="not in production"):
        seed(*words)
    assert not User.objects.exists()


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        seed("--from", tmp_path / "nowhere")
