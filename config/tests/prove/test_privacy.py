"""On a whole running Earshot: everything comes along, however large and whoever is killed; then nothing is left."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import psycopg
import pytest
from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker

from config.lib.testing import write_tone
from config.tests.prove.house import PASSWORD, House, peak_memory, upload
from tracks.tests.conftest import png

pytestmark = pytest.mark.slow

NAME, TITLE, BIO, CITY, AGENT = "canaryname", "Canarytitle", "Canarybio", "Canarycity", "Canaryagent/1.0"
ADDRESS, LOOPBACK = f"{NAME}@example.org", "127.0.0.1"
GIBIBYTE = 1024**3
# More than a zip without its 64-bit extension can hold.
LARGE = 4 * GIBIBYTE + 4096


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


@pytest.fixture
def person(house, tmp_path) -> httpx.Client:
    """Somebody with a private track with a cover, an upload on its way, a profile, and a device that says its name."""
    client = house.join(NAME)
    track = upload(client, write_tone(tmp_path / "tone.wav"), title=TITLE, visibility="private")
    house.wait_until(lambda: client.get(f"tracks/{track['id']}/processing/").json()["complete"], seconds=120)
    cover = {"image": ("cover.png", png(), "image/png")}
    assert client.put(f"tracks/{track['id']}/artwork/", files=cover).status_code == 200
    assert client.post("uploads/", json={"filename": f"{TITLE}.wav", "size": 4}).status_code == 201
    house.change("UPDATE accounts_user SET bio = %s, city = %s", BIO, CITY)
    form = {"login": NAME, "password": PASSWORD}
    assert client.post("auth/login/", json=form, headers={"User-Agent": AGENT}).status_code == 200
    client.cookies.clear()
    return client


def grow(house: House) -> None:
    """Let the original be a file of over four gigabytes, without sending them."""
    [(key,)] = house.rows("SELECT key FROM tracks_sound")
    os.truncate(house.places.media / "sounds" / key / "original", LARGE)
    house.change("UPDATE tracks_sound SET original_bytes = %s", LARGE)


def kill_workers(house: House) -> None:
    for pid in house.pids("celery", "worker"):
        os.kill(pid, signal.SIGKILL)


def fetch(url: str, target: Path) -> str:
    """Download into a file; its SHA-256."""
    digest = hashlib.sha256()
    with httpx.stream("GET", url, timeout=600) as answer, target.open("wb") as sink:
        assert answer.status_code == 200
        for piece in answer.iter_bytes(1024 * 1024):
            digest.update(piece)
            sink.write(piece)
    return digest.hexdigest()


def pieces(archive: ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as source:
        while piece := source.read(1024 * 1024):
            yield piece


def check(archive: ZipFile) -> None:
    """Every entry has the checksum that stands in it, every document the shape."""
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        found = hashlib.sha256()
        for piece in pieces(archive, name):
            found.update(piece)
        assert found.hexdigest() == digest
    for name, schema in json.loads(archive.read("schema.json"))["$defs"].items():
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(json.loads(archive.read(f"{name}.json")))


def test_an_export_of_over_four_gigabytes_comes_whole_after_its_worker_is_killed(house, person, tmp_path):
    grow(house)
    assert person.post("me/export/").status_code == 202

    def export() -> dict[str, Any]:
        return person.get("me/export/").json()

    house.wait_until(lambda: 0.05 < export()["progress"] < 0.9, seconds=120)
    kill_workers(house)
    took = house.wait_until(lambda: export()["state"] == "ready", seconds=1_200)

    ready = export()
    [(attempt,)] = house.rows("SELECT attempt FROM accounts_accountexport")
    peaks = {pid: peak_memory(pid) // 1024**2 for pid in house.pids("celery", "worker")}
    tell(f"{ready['bytes']} bytes at attempt {attempt}, ready {took:.0f} s after the kill; peak memory in MiB {peaks}")
    path = tmp_path / "archive.zip"
    assert fetch(ready["download_url"], path) == ready["sha256"]
    with ZipFile(path) as archive:
        check(archive)
        names = archive.namelist()
        assert {name.split("/")[1] for name in names if name.startswith("tracks/") and ".json" not in name} == {
            "audio",
            "artwork",
        }
        text = b"".join(archive.read(name) for name in names if name.endswith(".json")).decode()
    assert [mark for mark in (NAME, ADDRESS, BIO, CITY, TITLE, AGENT, LOOPBACK) if mark not in text] == []
    assert attempt == 2
    assert all(peak < 300 for peak in peaks.values())
    assert list(house.places.tmp.iterdir()) == []
    capability = ready["download_url"].split("/")[-2]
    assert capability not in house.log.read_text(), "whoever reads the log can download nothing"
    [folder] = (house.places.media / "exports").iterdir()
    assert [file.name for file in folder.iterdir()] == ["2.zip"]


def where_it_stands(house: House, text: str) -> list[str]:
    """The tables of the database in whose rows the text stands, whatever the type of the column."""
    tables = house.rows(
        "SELECT quote_ident(table_name) FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    return [
        table
        for (table,) in tables
        if house.rows(f"SELECT 1 FROM {table} AS held WHERE held::text ILIKE %s LIMIT 1", f"%{text}%")  # noqa: S608 -- names that the database told
    ]


def stored(house: House) -> list[str]:
    files = [path for path in house.places.media.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(house.places.media)) for path in files)


def test_an_erased_person_is_nowhere_although_the_worker_is_killed_on_the_way(house, person):
    marks = (NAME, ADDRESS, BIO, CITY, TITLE, AGENT, LOOPBACK)
    assert person.post("me/export/").status_code == 202
    house.wait_until(lambda: person.get("me/export/").json()["state"] == "ready", seconds=120)
    assert [mark for mark in marks if not where_it_stands(house, mark)] == []
    [(user_id,)] = house.rows("SELECT id FROM accounts_user")
    assert person.request("DELETE", "me/", json={"password": PASSWORD}).status_code == 202
    assert person.get("me/").status_code == 401
    assert stored(house) != []

    with psycopg.connect(house.places.database_url) as lock:
        lock.execute("SELECT 1 FROM tracks_track FOR UPDATE")
        house.change("UPDATE accounts_accounterasure SET erase_at = now(), due_at = now()")
        # Stored objects go before their rows, which nobody can remove now: this is the middle.
        house.wait_until(lambda: not list((house.places.media / "sounds").glob("*/original")), seconds=120)
        kill_workers(house)
    took = house.wait_until(lambda: house.rows("SELECT state FROM accounts_accounterasure") == [("done",)], seconds=300)

    [(attempt,)] = house.rows("SELECT attempt FROM accounts_accounterasure")
    left = {mark: tables for mark in marks if (tables := where_it_stands(house, mark))}
    tell(f"done {took:.0f} s after the kill, at attempt {attempt}; left in the database {left}, stored {stored(house)}")
    assert left == {}
    assert stored(house) == []
    assert attempt > 1
    assert house.rows("SELECT username, email, bio FROM accounts_user") == [(f"deleted-{user_id}", "", "")]
    again = [sys.executable, "manage.py", "erase_account", str(user_id)]
    done = subprocess.run(again, cwd=settings.BASE_DIR, env=house.environment(), check=True, capture_output=True)
    assert done.stdout.decode() == f"Account {user_id} is erased.\n"
    assert house.rows("SELECT attempt FROM accounts_accounterasure") == [(attempt,)]
    refused = httpx.post(
        f"{house.url}/api/v1/auth/register/",
        json={"email": "other@example.org", "username": NAME, "password": PASSWORD, "terms_version": "1"},
    )
    assert refused.json()["code"] == "username_unavailable"
