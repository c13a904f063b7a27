"""Hours of sound pass through a whole running Earshot without memory, and what is short does not wait for them."""

import subprocess
import time
from pathlib import Path

import pytest

from config.lib.testing import write_tone
from config.tests.prove.house import peak_memory, upload
from tracks.audio.ffmpeg import ffmpeg_binary

pytestmark = pytest.mark.slow

MEBIBYTE = 1024 * 1024
MOST_MIB = 300
HOUR = 3600
NOISE = "anoisesrc=r=44100:c=pink:a=0.3:seed=7"
# What a microphone in an empty room gives: 50 minutes of noise, and 23 hours of its last bit.
NEARLY_SILENT = "anoisesrc=r=44100:a=0.3:seed=7:d=3000[loud];anoisesrc=r=44100:a=0.00005:seed=8:d=83400[quiet]"
SOUNDS = {
    "three hours.wav": (["-f", "lavfi", "-i", f"{NOISE}:d={3 * HOUR}", "-ac", "2", "-c:a", "pcm_s16le"], 3 * HOUR),
    "a day.flac": (
        [
            "-filter_complex",
            f"{NEARLY_SILENT};[loud][quiet]concat=n=2:v=0:a=1[day]",
            "-map",
            "[day]",
            "-ac",
            "1",
            "-sample_fmt",
            "s16",
        ],
        24 * HOUR,
    ),
}


def write(name: str, *, folder: Path) -> Path:
    arguments, _ = SOUNDS[name]
    path = folder / name
    subprocess.run([ffmpeg_binary(), "-nostdin", "-v", "error", "-y", *arguments, str(path)], check=True)
    return path


def progress(client, track) -> dict:
    answer = client.get(f"tracks/{track['id']}/processing/")
    assert answer.status_code == 200, answer.text
    return answer.json()


def is_over(client, track, *, key: str, value: object) -> bool:
    seen = progress(client, track)
    assert seen["state"] != "failed", seen
    return seen[key] == value


@pytest.mark.parametrize("name", SOUNDS)
def test_hours_of_sound_need_no_memory_and_hold_nobody_up(house, tmp_path, name):
    owner, seconds = house.join("owner"), SOUNDS[name][1]
    track = upload(owner, write(name, folder=tmp_path), title="Long")
    begun = time.monotonic()
    house.wait_until(lambda: is_over(owner, track, key="state", value="processing"), seconds=120)
    short = upload(owner, write_tone(tmp_path / "short.wav", seconds=10), title="Short")
    short_took = house.wait_until(lambda: is_over(owner, short, key="complete", value=True), seconds=120)

    house.wait_until(lambda: is_over(owner, track, key="state", value="ready"), seconds=seconds / 8 + 60)
    ready_after = time.monotonic() - begun
    house.wait_until(lambda: is_over(owner, track, key="complete", value=True), seconds=seconds / 8 + 60)
    complete_after = time.monotonic() - begun

    peaks = {pid: peak_memory(pid) / MEBIBYTE for pid in house.pids("celery", "worker")}
    print(  # noqa: T201 -- the figures belong to the proof
        f"{name}: ready after {ready_after:.0f} s ({seconds / ready_after:.0f}x), all after {complete_after:.0f} s "
        f"({seconds / complete_after:.0f}x), a short one beside it after {short_took:.1f} s; workers {peaks} MiB"
    )
    assert owner.get(f"tracks/{track['id']}/").json()["duration_ms"] == seconds * 1000
    assert all(peak < MOST_MIB for peak in peaks.values()), peaks
    # The folder goes after the row says that all is done, and it holds gigabytes.
    house.wait_until(lambda: list(house.places.tmp.iterdir()) == [], seconds=60)
