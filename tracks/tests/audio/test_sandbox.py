"""What went wrong with a program over sound is told in the words of sound."""

import pytest

from config.lib.sandbox import errors, running
from config.lib.sandbox.errors import ProgramFailed, ProgramLost
from config.lib.sandbox.limits import Limits
from tracks.audio import sandbox
from tracks.audio.errors import AudioRefused, AudioRetryable

LIMITS = Limits(wall_seconds=5, cpu_seconds=5)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (errors.TOOK_TOO_LONG, "took_too_long"),
        (errors.TOO_LARGE, "too_large"),
        (errors.CRASHED, "damaged"),
    ],
)
def test_every_fault_of_a_program_is_a_refusal_that_says_what_to_do(workdir, monkeypatch, fault, code):
    def fail(*_: object, **__: object) -> None:
        raise ProgramFailed(fault)

    monkeypatch.setattr(running, "run", fail)
    with pytest.raises(AudioRefused) as refusal:
        sandbox.run(["/bin/true"], limits=LIMITS, workdir=workdir)
    assert refusal.value.code == code
    assert "Export it again" in refusal.value.reason


def test_a_program_that_is_not_there_may_be_tried_again(workdir):
    with pytest.raises(AudioRetryable, match="could not be started") as trouble:
        sandbox.run(["/nonexistent/program"], limits=LIMITS, workdir=workdir)
    assert isinstance(trouble.value.__cause__, ProgramLost)


def test_a_program_that_ends_by_itself_hands_its_output_on(workdir):
    heard: list[bytes] = []
    finished = sandbox.run(["/bin/echo", "sound"], limits=LIMITS, workdir=workdir, on_stdout=heard.append)
    assert (finished.exit_code, b"".join(heard)) == (0, b"sound\n")
