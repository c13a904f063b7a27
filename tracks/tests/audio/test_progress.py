"""Whoever started a transcode hears how it goes, and may end it."""

import os
import signal
import time
from itertools import pairwise
from pathlib import Path

import pytest

from tracks.audio.decode import Watch
from tracks.audio.errors import AudioRetryable
from tracks.audio.probe import SourceFacts, probe
from tracks.audio.transcode import transcode
from tracks.tests.audio.conftest import Encode
from tracks.tests.audio.test_transcode import FACTS, LIMITS


def test_progress_rises_to_one_and_is_told_twice_a_second_at_most(encode: Encode, workdir: Path) -> None:
    heard: list[tuple[float, float]] = []
    source = encode("x.wav", seconds=60)
    facts = probe(source, limits=LIMITS, workdir=workdir)
    transcode(
        source,
        facts=facts,
        out=workdir,
        limits=LIMITS,
        on_progress=lambda fraction: heard.append((time.monotonic(), fraction)),
    )
    fractions = [fraction for _, fraction in heard]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert max(fractions[:-1]) < 1
    assert all(later - earlier >= 0.5 for (earlier, _), (later, _) in pairwise(heard[:-1]))


def test_progress_of_an_unknown_length_is_zero_and_still_a_sign_of_life() -> None:
    heard: list[float] = []
    unknown = SourceFacts(**{**vars(FACTS), "duration_ms": None})
    Watch(facts=unknown, limits=LIMITS, on_progress=heard.append).take_pcm(bytes(4000))
    assert heard == [0.0]


def test_whoever_hears_of_progress_may_end_the_work(encode: Encode, workdir: Path) -> None:
    def lease_is_lost(_: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        transcode(encode("x.wav"), facts=FACTS, out=workdir, limits=LIMITS, on_progress=lease_is_lost)


def test_an_ffmpeg_killed_in_the_middle_may_be_tried_again(encode: Encode, workdir: Path) -> None:
    def kill_the_child(_: float) -> None:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
        os.kill(int(children[-1]), signal.SIGKILL)

    with pytest.raises(AudioRetryable, match="killed by signal 9"):
        transcode(encode("x.wav", seconds=60), facts=FACTS, out=workdir, limits=LIMITS, on_progress=kill_the_child)


def test_progress_stays_below_one_while_a_header_that_promised_too_little_is_outrun() -> None:
    heard: list[float] = []
    decode = Watch(facts=FACTS, limits=LIMITS, on_progress=heard.append)
    decode.take_pcm(bytes(44_100 * 4 * 5))
    assert heard == [0.99]
