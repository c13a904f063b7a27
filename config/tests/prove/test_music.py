"""Music through a whole running Earshot, measured again by other means than those that made it.

EARSHOT_MUSIC names a folder of audio files; without it the demo's pieces are taken, six of them in all formats.
"""

import os
import re
import subprocess
from pathlib import Path

import httpx
import numpy as np
import pytest

from config.demo.catalogue import PIECES, write_piece
from config.tests.prove.house import upload
from tracks.audio.ffmpeg import ffmpeg_binary

pytestmark = pytest.mark.slow

MOST = 6
TOLERANCE_MS = 50
FULL_SCALE = 32_768


@pytest.fixture(scope="module")
def pieces(tmp_path_factory) -> list[Path]:
    """Six files of music."""
    if os.environ.get("EARSHOT_MUSIC"):
        folder = Path(os.environ["EARSHOT_MUSIC"])
        return [path for path in sorted(folder.iterdir()) if path.suffix in {".ogg", ".flac", ".wav", ".mp3", ".m4a"}][
            :MOST
        ]
    folder = tmp_path_factory.mktemp("pieces")
    return [write_piece(piece, folder=folder) for piece in PIECES[:MOST]]


def decode(path: Path, *, channels: int, rate: int) -> np.ndarray:
    """The sound of a file as float samples of shape (n, channels), full scale 1; by an ffmpeg call of its own."""
    command = [ffmpeg_binary(), "-nostdin", "-v", "error", "-i", str(path)]
    command += ["-map", "0:a:0", "-f", "s16le", "-c:a", "pcm_s16le", "-ac", str(channels), "-ar", str(rate), "-"]
    pcm = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(pcm, "<i2").reshape(-1, channels) / FULL_SCALE


def described(path: Path) -> str:
    """What ffmpeg says of the first sound in a file."""
    report = subprocess.run([ffmpeg_binary(), "-hide_banner", "-i", str(path)], capture_output=True, check=False).stderr
    return re.search(r"Audio: (.*)", report.decode()).group(1)


def independent_peaks(sound: np.ndarray, *, samples_per_pixel: int) -> list[tuple[float, float]]:
    """Minimum and maximum of the mean of all channels, window by window."""
    mono = sound.mean(axis=1)
    windows = [mono[start : start + samples_per_pixel] for start in range(0, len(mono), samples_per_pixel)]
    return [(float(window.min()), float(window.max())) for window in windows]


def check_waveform(client: httpx.Client, track: dict, source: np.ndarray, *, points: int) -> float:
    """The largest distance between our waveform and the independent one, as a share of full scale."""
    waveform = client.get(f"tracks/{track['id']}/waveform/", params={"points": points}).json()
    expected = independent_peaks(source, samples_per_pixel=waveform["samples_per_pixel"])
    ours = [(low / 128, high / 128) for low, high in zip(waveform["data"][::2], waveform["data"][1::2], strict=True)]
    assert len(ours) == len(expected)
    return max(
        abs(a - b) for mine, theirs in zip(ours, expected, strict=True) for a, b in zip(mine, theirs, strict=True)
    )


def test_every_piece_plays_at_its_length_in_every_form(house, pieces, tmp_path):
    owner = house.join("owner")
    for piece in pieces:
        track = upload(owner, piece)
        path = f"tracks/{track['id']}/"
        house.wait_until(lambda path=path: owner.get(f"{path}processing/").json()["complete"], seconds=300)
        detail = owner.get(path).json()
        assert detail["state"] == "ready", detail["manage"]
        original = detail["manage"]["original"]
        source = decode(piece, channels=original["channels"], rate=original["sample_rate_hz"])
        length_ms = len(source) / original["sample_rate_hz"] * 1000
        assert abs(detail["duration_ms"] - length_ms) <= TOLERANCE_MS

        streams = httpx.get(f"{house.url}/api/v1/{path}streams/").json()
        for field, name, codec, bitrate in (
            ("aac_url", "aac.mp4", "aac (LC)", 160_000),
            ("opus_url", "opus.mp4", "opus", 96_000),
            ("mp3_url", "mp3.mp3", "mp3", 128_000),
        ):
            stored = tmp_path / name
            stored.write_bytes(httpx.get(streams[field]).content)
            rendition = decode(stored, channels=2, rate=44_100)
            off_ms = len(rendition) / 44_100 * 1000 - length_ms
            measured = stored.stat().st_size * 8000 / length_ms
            print(f"{piece.name} {name}: {off_ms:+.1f} ms, {measured / 1000:.0f} kbit/s, {described(stored)}")  # noqa: T201 -- the figure belongs to the proof
            assert abs(off_ms) <= TOLERANCE_MS
            assert described(stored).startswith(codec)
            assert 0.7 * bitrate <= measured <= 1.3 * bitrate
        for points in (16_384, 1_800):
            distance = check_waveform(owner, track, source, points=points)
            print(f"{piece.name} waveform of {points}: {distance:.4f} of full scale off")  # noqa: T201 -- likewise
            assert distance <= 0.01
