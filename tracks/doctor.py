"""Looks at what processing needs, and at sounds that are stuck or have failed."""

import contextlib
import math
import subprocess
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from config.lib.doctor import Finding
from config.lib.sandbox import landlock
from config.lib.sandbox.limits import Limits
from config.lib.storage import private_folder
from tracks.audio.errors import AudioRetryable
from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.audio.sandbox import run
from tracks.checks import protections
from tracks.choices import State
from tracks.models import Sound
from tracks.services.queue import CRASHED

LATELY = timedelta(days=1)
# The sweep comes every few seconds: what it has not handed back by now, it does not.
SWEEP_PATIENCE = timedelta(minutes=2)
QUEUE_PATIENCE = timedelta(hours=1)
ANSWER_S = 2.5
MOST_IDS = 5


def ffmpeg() -> Iterator[Finding]:
    """There is an ffmpeg, and it runs."""
    try:
        program = ffmpeg_binary()
        told = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=ANSWER_S, check=True)  # noqa: S603 -- the program that the pipeline runs
        yield Finding(f"{' '.join(told.stdout.split()[:3])} at {program}")
    except AudioRetryable as error:
        yield Finding(str(error), "apt install ffmpeg")
    except (OSError, subprocess.SubprocessError) as error:
        yield Finding(f"ffmpeg does not run ({error})", "apt install ffmpeg, or FFMPEG_BINARY=/path/to/ffmpeg")


def sandbox() -> Iterator[Finding]:
    """Programs that read what strangers send are kept from everything else, and ffmpeg runs like that."""
    missing = [Finding(str(message.msg), str(message.hint)) for message in protections()]
    yield from missing or [Finding(f"ffmpeg reaches its own job alone (Landlock {landlock.version()}, seccomp)")]
    yield from confined_ffmpeg()


def confined_ffmpeg() -> Iterator[Finding]:
    """ffmpeg finds what it needs within its bounds. That there is one is looked at by `ffmpeg`."""
    with contextlib.suppress(AudioRetryable), private_folder(prefix="doctor") as folder:
        limits = Limits(wall_seconds=ANSWER_S, cpu_seconds=math.ceil(ANSWER_S))
        finished = run([ffmpeg_binary(), "-version"], limits=limits, workdir=folder)
        if finished.exit_code:
            remedy = "SANDBOX_LIBRARIES=/folder/of/its/libraries (several: with colons between)"
            yield Finding(f"ffmpeg does not start in its sandbox: {finished.stderr[-200:].strip()}", remedy)


def sounds() -> Iterator[Finding]:
    """None waits too long, none was given up by its worker, none has failed through a fault of ours."""
    at = timezone.now()
    expired = at - timedelta(seconds=settings.PROCESSING_LEASE_S) - SWEEP_PATIENCE
    waiting = Sound.objects.filter(state=State.QUEUED, created_at__lt=at - QUEUE_PATIENCE)
    crashed = Sound.objects.filter(state=State.FAILED, failure_code=CRASHED[0], stages__finished_at__gte=at - LATELY)
    kinds = (
        (
            "lost their worker, and nobody hands them back: is beat running?",
            "systemctl restart earshot-beat earshot-worker",
            ids(Sound.objects.abandoned(heartbeat_before=expired)),
        ),
        (
            "have waited for more than an hour",
            "start more workers: celery -A config worker --pool threads --queues audio",
            ids(waiting),
        ),
        (
            "failed since yesterday although they were tried again",
            "read why: journalctl -u earshot-worker | grep sound_handed_back",
            ids(crashed),
        ),
    )
    troubles = [Finding(f"{count_of(found)} {what}", remedy) for what, remedy, found in kinds if found]
    yield from troubles or [Finding("no sound is stuck")]


def ids(sounds: QuerySet[Sound]) -> list[int]:
    """The first few of them, and one more where there are more."""
    return list(sounds.order_by("pk").values_list("pk", flat=True).distinct()[: MOST_IDS + 1])


def count_of(found: list[int]) -> str:
    """`sounds 1, 2 and more`"""
    some = ", ".join(map(str, found[:MOST_IDS]))
    return f"sounds {some} and more" if len(found) > MOST_IDS else f"sounds {some}"
