"""Proofs on a whole running Earshot: nothing acknowledged is lost, and memory does not grow with the file."""

import os
import random
import signal
import wave
from pathlib import Path

import pytest

from config.lib.testing import write_tone
from config.tests.prove.house import peak_memory, upload

pytestmark = pytest.mark.slow

MEBIBYTE = 1024**2
GIBIBYTE = 1024**3


def write_noise(path: Path, *, total: int) -> Path:
    """An 8-channel, 96 kHz, 24-bit WAV file of about `total` bytes, from one seeded second of quiet noise."""
    frame, rate = 8 * 3, 96_000
    second = bytearray(random.Random(7).randbytes(frame * rate))  # noqa: S311 -- noise, not secrets
    second[2::3] = bytes(value // 16 for value in second[2::3])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(8)
        file.setsampwidth(3)
        file.setframerate(rate)
        for _ in range(total // len(second)):
            file.writeframesraw(bytes(second))
    return path


def progress(client, track) -> dict:
    return client.get(f"tracks/{track['id']}/processing/").json()


def state(client, track) -> str:
    return progress(client, track)["state"]


def transcoding(client, track) -> bool:
    stages = {stage["name"]: stage for stage in progress(client, track)["stages"]}
    return stages["transcode"]["state"] == "running" and stages["transcode"]["progress"] > 0.1


def test_a_worker_killed_in_the_middle_of_a_transcode_loses_nothing(house, tmp_path):
    owner = house.join("owner")
    track = upload(owner, write_tone(tmp_path / "long.wav", seconds=480), title="Long")
    house.wait_until(lambda: transcoding(owner, track), seconds=60)
    for pid in house.pids("celery", "worker"):
        os.kill(pid, signal.SIGKILL)

    took = house.wait_until(lambda: state(owner, track) == "ready", seconds=120)

    print(f"ready {took:.1f} s after the kill")  # noqa: T201 -- the figure belongs to the proof
    [(key,)] = house.rows("SELECT key FROM tracks_sound")
    folder = house.places.media / "sounds" / key
    house.wait_until(lambda: progress(owner, track)["complete"], seconds=120)
    assert sorted(path.name for path in folder.iterdir()) == ["2", "3", "original"]
    assert sorted(path.name for path in (folder / "2").iterdir()) == ["aac.m3u8", "aac.mp4", "master.m3u8"]
    assert sorted(path.name for path in (folder / "3").iterdir()) == ["mp3.mp3", "opus.mp4", "preview.mp3"]
    kinds = [kind for (kind,) in house.rows("SELECT kind FROM tracks_rendition ORDER BY kind")]
    assert kinds == ["aac_hls", "mp3", "opus", "preview"]
    assert list(house.places.tmp.iterdir()) == []
    assert house.pids("ffmpeg") == []


def test_a_gigabyte_passes_without_memory(house, tmp_path):
    owner = house.join("owner")
    source = write_noise(tmp_path / "large.wav", total=GIBIBYTE)
    workers = {f"worker {pid}": pid for pid in house.pids("celery", "worker")}
    processes = {"web": house.pids("uvicorn")[0], **workers}

    track = upload(owner, source, title="Large")
    house.wait_until(lambda: progress(owner, track)["complete"] or state(owner, track) == "failed", seconds=900)

    assert state(owner, track) == "ready"
    peaks = {name: peak_memory(pid) / MEBIBYTE for name, pid in processes.items()}
    print(f"{source.stat().st_size} bytes: peak memory in MiB {peaks}")  # noqa: T201 -- the figure belongs to the proof
    assert all(peak < 300 for peak in peaks.values()), peaks
    assert list(house.places.tmp.iterdir()) == []
