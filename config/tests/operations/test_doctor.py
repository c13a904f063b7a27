"""`manage.py doctor` finds each trouble, says what to type, and hangs on nothing."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from config.composed import doctor
from config.lib import doctor as looking
from config.lib.doctor import Check, Finding, examine

# --- how it looks ----------------------------------------------------------------------------------------------------


def well() -> Iterator[Finding]:
    yield Finding("fine")


def broken() -> Iterator[Finding]:
    yield Finding("it leaks", "mend it")


def test_what_needs_something_ill_is_not_looked_at_and_neither_is_what_needs_that():
    checks = [Check("pipe", broken), Check("tap", well, ("pipe",)), Check("bath", well, ("tap",)), Check("lamp", well)]
    assert list(examine(checks)) == [
        ("pipe", Finding("it leaks", "mend it")),
        ("tap", Finding("not looked at without pipe")),
        ("bath", Finding("not looked at without tap")),
        ("lamp", Finding("fine")),
    ]


def test_a_check_that_hangs_is_a_finding_and_holds_nobody(monkeypatch):
    monkeypatch.setattr(looking, "PATIENCE_S", 0.2)
    never = threading.Event()

    def hangs() -> Iterator[Finding]:
        never.wait(60)
        yield from well()

    found = dict(examine([Check("slow", hangs), Check("lamp", well)]))
    never.set()
    assert found["slow"].sentence == "no answer within 0.2 s"
    assert found["slow"].is_wrong
    assert found["lamp"] == Finding("fine")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("one\ntwo"), "could not be looked at: ValueError: one"),
        (KeyError(), "could not be looked at: KeyError"),
        (OSError("redis://:hunter2@cache/1"), "could not be looked at: OSError: redis://:[hidden]@cache/1"),
    ],
)
def test_a_check_that_breaks_is_a_finding_in_one_line_without_secrets(error, sentence):
    def breaks() -> Iterator[Finding]:
        raise error
        yield

    [(_, finding)] = examine([Check("odd", breaks)])
    assert (finding.sentence, finding.is_wrong) == (sentence, True)


# --- the command -----------------------------------------------------------------------------------------------------


def told(monkeypatch, checks, *words: str) -> tuple[str, int]:
    monkeypatch.setattr("config.management.commands.doctor.CHECKS", checks)
    out = StringIO()
    try:
        call_command("doctor", *words, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code)
    return out.getvalue(), 0


def test_the_command_says_a_line_a_finding_and_ends_with_one_when_something_is_wrong(monkeypatch):
    assert told(monkeypatch, [Check("lamp", well)]) == ("      lamp       fine\n", 0)
    lines, code = told(monkeypatch, [Check("lamp", well), Check("pipe", broken)])
    assert lines.splitlines()[1] == "WRONG pipe       it leaks -> mend it"
    assert code == 1


def test_the_command_speaks_to_programs(monkeypatch):
    text, code = told(monkeypatch, [Check("pipe", broken)], "--json")
    assert json.loads(text) == [{"check": "pipe", "wrong": True, "sentence": "it leaks", "remedy": "mend it"}]
    assert code == 1


def test_every_need_is_looked_at_before():
    seen: list[str] = []
    for check in doctor.CHECKS:
        assert set(check.needs) <= set(seen)
        seen.append(check.name)


def examined(**added: str) -> dict[str, list[dict[str, object]]]:
    """What the command says in a process of its own, by check."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", **added},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    findings: dict[str, list[dict[str, object]]] = {}
    for finding in json.loads(ended.stdout):
        findings.setdefault(finding["check"], []).append(finding)
    return findings


def test_with_everything_away_the_command_says_so_and_goes_on():
    found = examined(DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/x", REDIS_URL="redis://:hunter2@127.0.0.1:1")
    assert "PostgreSQL does not answer" in found["database"][0]["sentence"]
    assert "Redis does not answer" in found["redis"][0]["sentence"]
    assert "the broker does not answer" in found["broker"][0]["sentence"]
    assert found["sounds"][0]["sentence"] == "not looked at without database and migrations"
    assert found["ffmpeg"][0]["wrong"] is False
    assert "hunter2" not in json.dumps(found)


def test_servers_that_take_calls_and_never_speak_hold_nobody():
    with socket.create_server(("127.0.0.1", 0), backlog=50) as frozen:
        where = f"127.0.0.1:{frozen.getsockname()[1]}"
        found = examined(DATABASE_URL=f"postgresql://u:p@{where}/x", REDIS_URL=f"redis://{where}")
    assert {name for name in ("database", "redis", "broker") if found[name][0]["wrong"]} == {
        "database",
        "redis",
        "broker",
    }
    assert found["ffmpeg"][0]["wrong"] is False
