"""Which ffmpeg is taken, and how it is locked down."""

import subprocess
import sys
from pathlib import Path

import pytest

from tracks.audio.errors import AudioRetryable
from tracks.audio.ffmpeg import DECODERS, FORMATS, ffmpeg_binary, input_arguments


def program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_named_ffmpeg_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = program(tmp_path / "mine")
    monkeypatch.setenv("FFMPEG_BINARY", str(named))
    assert ffmpeg_binary() == str(named)


def test_a_named_ffmpeg_that_is_not_there_is_said_and_no_other_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FFMPEG_BINARY", "/nonexistent/ffmpeg")
    with pytest.raises(AudioRetryable, match="/nonexistent/ffmpeg"):
        ffmpeg_binary()


def test_the_systems_ffmpeg_comes_before_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = program(tmp_path / "ffmpeg")
    monkeypatch.delenv("FFMPEG_BINARY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ffmpeg_binary() == str(system)


def test_the_packages_ffmpeg_comes_last_and_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FFMPEG_BINARY", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    said = subprocess.run([ffmpeg_binary(), "-version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("ffmpeg version")


def test_without_any_ffmpeg_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FFMPEG_BINARY", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(AudioRetryable, match="Install your system's package ffmpeg"):
        ffmpeg_binary()


def test_no_playlist_demuxer_and_no_picture_decoder_is_on_the_lists() -> None:
    assert not {"hls", "concat", "dash", "sdp", "image2", "tee", "lavfi"} & set(FORMATS.split(","))
    assert not {"h264", "hevc", "mjpeg", "png", "gif", "webp", "vp9"} & set(DECODERS.split(","))


def test_the_source_is_a_file_by_protocol_and_by_absolute_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    arguments = input_arguments(Path("-y"), log_level="error")
    assert arguments[-2:] == ["-i", "file:/-y"]
    assert arguments[arguments.index("-protocol_whitelist") + 1] == "file,pipe"
    assert Path(arguments[0]).is_absolute()
