"""The documents that are made from the code."""

from io import StringIO

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from config.composed.generated_docs import generated_docs
from config.lib.errors import all_errors
from config.management.commands import docs
from config.tests.lib.test_openapi import TUS


@pytest.fixture(scope="module")
def documents() -> dict[str, str]:
    """What the code makes of them."""
    return dict(generated_docs())


@pytest.fixture
def elsewhere(settings, tmp_path):
    """A project folder of its own to write documents into."""
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path
    return tmp_path


def run(*words: str) -> str:
    out = StringIO()
    call_command("docs", *words, stdout=out, stderr=out)
    return out.getvalue()


def test_the_documents_in_the_repository_are_those_of_the_code(documents):
    """Errors are left to the gate: other tests define some of their own, which stay until the process ends."""
    for name in ("docs/openapi.yaml", "docs/events.md"):
        assert (settings.BASE_DIR / name).read_text() == documents[name], f"{name}: run `manage.py docs`"


def test_the_command_writes_what_its_check_accepts_and_nothing_else_does(elsewhere, documents, monkeypatch):
    """What the code makes of them is made once: it takes seconds, and the command adds nothing to it."""
    monkeypatch.setattr(docs, "generated_docs", lambda: documents)
    with pytest.raises(CommandError, match=r"docs/openapi.yaml is out of date: run `manage.py docs`"):
        run("--check")
    assert "docs/errors.md written" in run()
    assert run("--check") == "4 documents are up to date\n"
    (elsewhere / "docs/events.md").write_text("nothing ever happens")
    with pytest.raises(CommandError, match=r"docs/events.md is out of date"):
        run("--check")


def test_every_error_and_every_event_is_told(documents):
    assert all(f"| `{error.code}` | {error.status} |" in documents["docs/errors.md"] for error in all_errors())
    assert "## TrackPublished (tracks)" in documents["docs/events.md"]


def test_every_operation_tells_its_problems(documents):
    for path, methods in yaml.safe_load(documents["docs/openapi.yaml"])["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            assert operation["description"], (path, method)
            if operation["operationId"] in TUS:
                continue
            assert any(status.startswith("2") for status in answers), (path, method)
            assert "application/problem+json" in answers["400"]["content"], (path, method)
            assert set(answers["429"]["headers"]) == {"Retry-After", "RateLimit", "RateLimit-Policy"}, (path, method)
            if "{" in path:
                assert "404" in answers, (path, method)
