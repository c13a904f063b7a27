"""Resumable uploads on a whole running Earshot: clients as published, connections that are cut, servers killed."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import threading
import time
import wave
from pathlib import Path

import httpx
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from config.lib.testing_bucket import ACCESS_KEY, SECRET_KEY, make_bucket, moto
from config.tests.prove.cutting import Cutter, cutter
from config.tests.prove.house import House, peak_memory

pytestmark = pytest.mark.slow

MB = 1024**2
SIZE = 200 * MB
CUTS = [7 * MB + 13 * number for number in range(10)]
TUS_JS = "tus-js-client@4.3.1"


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


@pytest.fixture(scope="module")
def noise(tmp_path_factory) -> Path:
    """200 MiB of quiet stereo noise, from one seeded second."""
    path = tmp_path_factory.mktemp("noise") / "noise.wav"
    second = bytearray(random.Random(11).randbytes(4 * 48_000))  # noqa: S311 -- noise, not secrets
    second[1::2] = bytes(value // 16 for value in second[1::2])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        for _ in range(SIZE // len(second)):
            file.writeframesraw(bytes(second))
    return path


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kill_web(house: House, *, when: list[int], at: threading.Event) -> None:
    """kill -9 the web process as soon as so many bytes lie on the disk; the supervisor starts another."""
    for size in when:
        while not at.is_set() and largest(house) < size:
            time.sleep(0.01)
        for pid in house.pids("uvicorn"):
            os.kill(pid, signal.SIGKILL)
        tell(f"web killed at {largest(house)} bytes")


def largest(house: House) -> int:
    folder = house.places.media / "uploads"
    return max((path.stat().st_size for path in folder.glob("*")), default=0) if folder.exists() else 0


def with_tuspy(proxy: Cutter, token: str, path: Path) -> str:
    """Upload as tuspy does, and go on where it was after whatever broke; the address of the upload."""
    client = TusClient(f"{proxy.url}/api/v1/uploads/", headers={"Authorization": f"Bearer {token}"})
    metadata = {"filename": "noise.wav", "filetype": "audio/wav"}
    uploader, patience = None, time.monotonic() + 300
    with path.open("rb") as file:
        while time.monotonic() < patience:
            try:
                url = uploader.url if uploader else None
                uploader = client.uploader(file_stream=file, url=url, chunk_size=16 * MB, metadata=metadata)
                uploader.upload()
                return uploader.url
            except (TusCommunicationError, TusUploadFailed, OSError):
                time.sleep(0.3)
    raise TimeoutError("the upload did not end")


def with_tus_js(proxy: Cutter, token: str, path: Path) -> str:
    """Upload as tus-js-client does, which tries again by itself; the address of the upload."""
    for program in ("node", "npm"):
        assert shutil.which(program), f"this proof needs {program}: apt install nodejs npm"
    modules = path.parent / "modules"
    if not modules.exists():
        command = [shutil.which("npm"), "install", "--silent", "--prefix", str(modules), TUS_JS]
        subprocess.run(command, check=True, timeout=300)
    script = Path(__file__).with_name("tus_upload.js")
    command = [shutil.which("node"), str(script), str(modules), f"{proxy.url}/api/v1/uploads/", token, str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("send", [with_tuspy, with_tus_js])
def test_a_file_survives_ten_cuts_and_two_kills(house, noise, send):
    owner = house.join("owner")
    token = owner.headers["Authorization"].split()[1]
    over = threading.Event()
    killer = threading.Thread(target=kill_web, args=(house,), kwargs={"when": [60 * MB, 130 * MB], "at": over})
    with cutter(int(house.url.rsplit(":", 1)[1]), cuts=CUTS) as proxy:
        killer.start()
        begun = time.monotonic()
        url = send(proxy, token, noise)
        took = time.monotonic() - begun
        over.set()
        killer.join(timeout=60)
    assert proxy.done == len(CUTS)
    upload_id = int(url.rstrip("/").rsplit("/", 1)[1])
    house.wait_until(lambda: owner.get(f"uploads/{upload_id}/").status_code == 200, seconds=60)
    assert owner.get(f"uploads/{upload_id}/").json()["state"] in {"open", "complete"}

    answers = make_tracks(house, owner, upload_id)
    assert sorted(answers) == [201] + [409] * 19
    [(key, size)] = house.rows("SELECT key, original_bytes FROM tracks_sound")
    original = house.places.media / "sounds" / key / "original"
    assert size == noise.stat().st_size
    assert digest(original) == digest(noise)
    assert list((house.places.media / "uploads").iterdir()) == []
    peak = peak_memory(house.pids("uvicorn")[0]) / MB
    tell(f"{send.__name__}: {size} bytes in {took:.1f} s, {proxy.done} cuts, 2 kills; web at most {peak:.0f} MiB")
    assert peak < 300


def make_tracks(house: House, owner: httpx.Client, upload_id: int) -> list[int]:
    """Twenty ask for the track at once; what each was answered."""
    answers: list[int] = []
    start = threading.Barrier(20)

    def ask() -> None:
        start.wait(timeout=60)
        with httpx.Client(headers=owner.headers, timeout=60) as client:
            body = {"upload_id": upload_id, "title": "Noise"}
            answers.append(client.post(f"{house.url}/api/v1/tracks/", json=body).status_code)

    crowd = [threading.Thread(target=ask) for _ in range(20)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(timeout=120)
    return answers


def read_bytes(pid: int) -> int:
    """Bytes that the process has read so far, from files and sockets."""
    line = next(line for line in Path(f"/proc/{pid}/io").read_text().splitlines() if line.startswith("rchar"))
    return int(line.split()[1])


def test_a_file_for_the_bucket_never_passes_the_web_process(noise, tmp_path):
    with moto() as address:
        make_bucket(address, name="sound")
        place = address.removeprefix("http://")
        storage = {"STORAGE_URL": f"s3+http://{ACCESS_KEY}:{SECRET_KEY}@{place}/sound?region=us-east-1"}
        with House(tmp_path / "home", storage) as house:
            owner = house.join("owner")
            web = house.pids("uvicorn")[0]
            before = read_bytes(web)
            upload = owner.post("uploads/", json={"filename": "noise.wav", "size": noise.stat().st_size}).json()
            assert upload["protocol"] == "s3"
            parts = send_directly(owner, upload, noise)
            assert owner.post(f"uploads/{upload['id']}/complete/", json={"parts": parts}).status_code == 200
            track = owner.post("tracks/", json={"upload_id": upload["id"], "title": "Noise"}).json()
            passed = read_bytes(web) - before
            house.wait_until(lambda: owner.get(f"tracks/{track['id']}/").json()["state"] != "queued", seconds=120)
            house.wait_until(
                lambda: owner.get(f"tracks/{track['id']}/").json()["state"] in {"ready", "failed"}, seconds=600
            )
            found = owner.get(f"tracks/{track['id']}/").json()
            assert found["state"] == "ready", found["manage"]
            assert found["manage"]["original"]["sha256"] == digest(noise)
            streams = owner.get(f"tracks/{track['id']}/streams/").json()
            heard = httpx.get(streams["aac_url"], headers={"Range": "bytes=0-99"}, follow_redirects=True)
            assert (heard.status_code, len(heard.content)) == (206, 100)
            peak = peak_memory(web) / MB
            tell(f"{noise.stat().st_size} bytes into the bucket; web read {passed} bytes, at most {peak:.0f} MiB")
            assert passed < 20 * MB
            assert not list((house.places.media / "sounds").glob("*/*")) if house.places.media.exists() else True


def send_directly(owner: httpx.Client, upload: dict, path: Path) -> list[dict]:
    """Put every part where the API says."""
    sent = []
    with path.open("rb") as file:
        for number in range(1, upload["parts_count"] + 1):
            signed = owner.post(f"uploads/{upload['id']}/parts/", json={"numbers": [number]}).json()["parts"][0]
            answer = httpx.put(signed["url"], content=file.read(signed["size"]), timeout=60)
            assert answer.status_code == 200, answer.text
            sent.append({"number": number, "etag": answer.headers["etag"]})
    return sent
