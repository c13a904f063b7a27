"""What a line looks like, on a terminal and elsewhere."""

import io
import os
import pty
import re
from contextlib import closing

import pytest

from config.embedded.console import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_line_begins_with_the_time_and_the_name_in_a_column() -> None:
    heard = io.StringIO()
    console = Console.for_names(["web", "worker"], stream=heard)
    console.line("web", "hello")
    console.line("worker", "there")
    web, worker = heard.getvalue().splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d web     \| hello", web)
    assert re.fullmatch(r"\d\d:\d\d:\d\d worker  \| there", worker)


def test_each_process_has_a_colour_of_its_own_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    heard = Terminal()
    console = Console.for_names(["web", "worker"], stream=heard)
    console.line("web", "hello")
    assert heard.getvalue().startswith("\033[")
    assert heard.getvalue().endswith("\033[0m hello\n")
    assert console.colours["web"] != console.colours["worker"]


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    heard = Terminal()
    Console.for_names(["web"], stream=heard).line("web", "hello")
    assert "\033" not in heard.getvalue()


def test_terminal_that_was_closed_is_no_error() -> None:
    ours, theirs = pty.openpty()
    with closing(os.fdopen(theirs, "w")) as stream:
        os.close(ours)
        Console.for_names(["web"], stream=stream).line("web", "into the void")
