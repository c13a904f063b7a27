"""The sandbox, in the words of sound: what went wrong with a program is told as what is wrong with the file."""

from collections.abc import Sequence
from pathlib import Path

from config.lib.sandbox import running
from config.lib.sandbox.errors import CRASHED, TOO_LARGE, TOOK_TOO_LONG, ProgramFailed, ProgramLost
from config.lib.sandbox.limits import Limits
from config.lib.sandbox.running import Consumer, Finished, discard
from tracks.audio.errors import AudioRefused, AudioRetryable

# Fault of the program: code and reason of the refusal.
REFUSALS = {
    TOOK_TOO_LONG: (
        "took_too_long",
        "Working on this file took far longer than its length allows. Export it again, "
        "for instance as WAV or FLAC, and upload that.",
    ),
    TOO_LARGE: ("too_large", "This file turns into more data than its length allows. Export it again."),
    CRASHED: ("damaged", "This file makes the decoder crash. Export it again from your audio program."),
}


def run(
    argv: Sequence[str],
    *,
    limits: Limits,
    workdir: Path,
    reads: Sequence[Path] = (),
    on_stdout: Consumer = discard,
    on_stderr: Consumer = discard,
) -> Finished:
    """`running.run` over a file of sound. Raises AudioRefused where the file is the reason, else AudioRetryable."""
    try:
        return running.run(argv, limits=limits, workdir=workdir, reads=reads, on_stdout=on_stdout, on_stderr=on_stderr)
    except ProgramFailed as failure:
        code, reason = REFUSALS[failure.fault]
        raise AudioRefused(code=code, reason=reason) from failure
    except ProgramLost as trouble:
        raise AudioRetryable(f"The process for the sound: {trouble}") from trouble
