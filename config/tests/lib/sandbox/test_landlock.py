"""Rules on files, laid upon a process of the test's own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from config.lib.sandbox import landlock, launcher


def in_a_child(work: Callable[[], object]) -> str:
    """What the work, done in a process of its own, came to: "done", or the name of the error."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            os.write(writer, b"done")
        except BaseException as error:
            os.write(writer, type(error).__name__.encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        return answer.read()


def test_what_is_not_there_needs_no_rule(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("sound")
    paths = [str(tmp_path / "absent"), str(tmp_path / "file" / "below a file")]

    def work() -> None:
        launcher.prctl(launcher.PR_SET_NO_NEW_PRIVS, 1)
        landlock.confine(uses=paths, reads=paths, workdir=str(tmp_path), known=landlock.version())
        (tmp_path / "new").write_text("made")

    assert in_a_child(work) == "done"
    assert (tmp_path / "new").read_text() == "made"


def test_rules_that_the_kernel_does_not_know_are_an_error() -> None:
    with pytest.raises(OSError, match="Landlock"):
        landlock.call(landlock.CREATE_RULESET, None, 1, 0)
