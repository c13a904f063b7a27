"""Each gate, and each rule of the house, is shut by what it is for: a copy of the project gets one fault at a time."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.embedded.gates import GATES
from config.embedded.places import PROJECT

pytestmark = pytest.mark.slow

ONE_GATE = """
import sys
from config.embedded.gates import GATES, passes
sys.exit(0 if passes(next(gate for gate in GATES if gate.heading == sys.argv[1])) else 1)
"""
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".earshot", "__pycache__", ".*_cache", ".hypothesis", ".coverage*")


@dataclass(frozen=True)
class Fault:
    """In `file`, `was` becomes this; without it, this stands at the end."""

    file: str
    becomes: str
    was: str = ""

    def put_into(self, project: Path) -> None:
        file = project / self.file
        text = file.read_text() if file.exists() else ""
        assert self.was in text, f"{self.file} has changed: the fault fits no more"
        file.write_text(text.replace(self.was, self.becomes, 1) if self.was else text + self.becomes)


BEHIND_THE_GATES = {
    "lint": Fault("config/lib/texts.py", "\nimport os\n"),
    "format": Fault("config/lib/texts.py", "\nSPACES   =  1\n"),
    "types": Fault("config/lib/texts.py", '\n\ndef wrong() -> int:\n    return "one"\n'),
    "imports": Fault("accounts/cards.py", "\n\nimport tracks.models  # noqa: E402, F401 -- a fault\n"),
    "deployment": Fault("config/settings/production.py", "\nSECURE_HSTS_SECONDS = 0\n"),
    "migrations are made": Fault("tracks/sharing/models.py", "max_length=99", was="max_length=LABEL_MOST"),
    "migrations are safe": Fault(
        "social/migrations/9999_gone.py",
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        '    dependencies = [("social", "0003_activity_by_thing")]\n'
        '    operations = [migrations.RemoveField(model_name="space", name="description")]\n',
    ),
    "documents are current": Fault("tracks/viewsets.py", "the latest first", was="latest first"),
    "compose": Fault("docker-compose.yml", "\nservces:", was="\nservices:"),
    "image": Fault("Dockerfile", "\nRUN cd /tmp && apt-get install -y curl\n"),
    "tests": Fault("config/tests/lib/test_texts.py", "\n\ndef test_nothing():\n    assert not texts\n"),
}
"""By the heading of a gate. The last two measure the tests, and are seen with hardly any."""

BEHIND_THE_RULES = {
    "only_services_write_rows": Fault("tracks/cards.py", "\n\ndef wrong(row):\n    row.save()\n"),
    "doors_read_rows_through_visible_to": Fault(
        "tracks/viewsets.py", "\n\ndef wrong():\n    return Track.objects.filter(pk=1)\n"
    ),
    "silenced_checks_and_imports_in_functions_have_a_reason_beside_them": Fault(
        "tracks/cards.py", "\nWRONG = 1  # noqa: N816\n"
    ),
    "no_signals_in_domain_apps": Fault("tracks/cards.py", "\nfrom django.db.models.signals import post_save\n"),
    "relations_point_downward": Fault(
        "social/models/__init__.py",
        'pii = {"muter", "muted"}\n    wrong = models.ForeignKey("tracks.Track", models.CASCADE, null=True)',
        was='pii = {"muter", "muted"}',
    ),
    "migrations_depend_downward_and_import_no_app": Fault(
        "social/migrations/9999_wrong.py",
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        '    dependencies = [("social", "0003_activity_by_thing"), ("tracks", "0001_initial")]\n',
    ),
    "every_model_says_what_of_a_person_it_holds": Fault(
        "social/models/__init__.py", "secrets = {}", was='pii = {"muter", "muted"}'
    ),
    "every_model_stands_in_the_admin_without_writing": Fault(
        "social/admin.py", "class MuteAdmin(admin.ModelAdmin)", was="class MuteAdmin(ReadOnlyAdmin)"
    ),
    "no_model_orders_itself": Fault(
        "social/models/__init__.py",
        'class Meta:\n        ordering = ["pk"]\n        constraints',
        was="class Meta:\n        constraints",
    ),
    "every_event_has_its_line_in_the_route_table": Fault(
        "social/events.py",
        '\n\n@dataclass(frozen=True, kw_only=True)\nclass UserWinked(Event):\n    """Nobody hears of it."""\n',
    ),
    "events_are_frozen_past_participles_with_a_reason": Fault(
        "social/events.py",
        '\n\n@dataclass(frozen=True, kw_only=True)\nclass WinkUser(Event):\n    """An order."""\n',
    ),
    "error_codes_are_unique_snake_case_and_speak": Fault(
        "tracks/policies.py",
        "\n\nfrom config.lib.errors import DomainError\n\n\nclass Wrong(DomainError):\n"
        '    code = "Not-Found"\n    title = "no"\n',
    ),
    "tasks_are_a_name_a_signature_and_one_call": Fault(
        "social/tasks.py", '\n\n@shared_task(name="social.wrong")\ndef wrong(user_id):\n    services.x(user_id)\n'
    ),
    "files_and_functions_are_small": Fault("tracks/cards.py", "\n# one more" * 300),
    "lib_names_no_product_noun": Fault("config/lib/texts.py", "\ntrack = 1\n"),
}
"""By the name of a test in config/tests/test_architecture.py."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project, to be spoilt, with the packages of this one."""
    folder = tmp_path_factory.mktemp("spoilt") / "project"
    shutil.copytree(PROJECT, folder, ignore=LEFT_OUT)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder


@pytest.fixture
def spoilt(copy, request) -> Iterator[Path]:
    """With one fault, which is mended afterwards."""
    fault: Fault | None = request.param
    if fault is None:
        yield copy
        return
    file = copy / fault.file
    before = file.read_bytes() if file.exists() else None
    fault.put_into(copy)
    yield copy
    file.unlink() if before is None else file.write_bytes(before)


def ended(folder: Path, *command: str, **added: str) -> subprocess.CompletedProcess[str]:
    python = str(PROJECT / ".venv/bin/python")
    # What an outer make was told it tells every inner one.
    ours = ("COVERAGE", "COV_", "MAKE", "MFLAGS", "ARGS")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [python, *command], cwd=folder, env={**clean, **added}, capture_output=True, text=True, check=False
    )


def behind(faults: dict[str, Fault]) -> list:
    return [pytest.param(name, fault, id=name) for name, fault in faults.items()]


def test_no_gate_and_no_rule_is_left_out():
    measured = {"measurements of all processes", "coverage", "coverage of the rules"}
    assert set(BEHIND_THE_GATES) | measured == {gate.heading for gate in GATES}
    rules = re.findall(r"^def test_(\w+)", (PROJECT / "config/tests/test_architecture.py").read_text(), re.MULTILINE)
    assert set(BEHIND_THE_RULES) == set(rules)


@pytest.mark.parametrize(("heading", "spoilt"), behind(BEHIND_THE_GATES), indirect=["spoilt"])
def test_a_fault_shuts_its_gate(heading, spoilt):
    said = ended(spoilt, "-c", ONE_GATE, heading, ARGS="config/tests/lib/test_texts.py -n 1")
    told(heading, said)
    assert said.returncode == 1, said.stdout
    assert "FAILED with code" in said.stdout


def test_without_tests_the_measurements_shut_theirs(copy):
    few = {"ARGS": "config/tests/lib/test_texts.py -n 1"}
    assert ended(copy, "-c", ONE_GATE, "tests", **few).returncode == 0
    assert ended(copy, "-c", ONE_GATE, "measurements of all processes").returncode == 0
    for heading in ("coverage", "coverage of the rules"):
        said = ended(copy, "-c", ONE_GATE, heading)
        told(heading, said)
        assert said.returncode == 1
    (copy / ".coverage").unlink()
    said = ended(copy, "-c", ONE_GATE, "measurements of all processes")
    told("measurements of all processes", said)
    assert said.returncode == 1


@pytest.mark.parametrize(("rule", "spoilt"), behind(BEHIND_THE_RULES), indirect=["spoilt"])
def test_a_fault_breaks_its_rule(rule, spoilt):
    said = ended(spoilt, "-m", "pytest", "config/tests/test_architecture.py", "-q", "-n", "0", "-k", f"test_{rule}")
    told(rule, said)
    assert re.search(rf"FAILED \S+::test_{rule}\b", said.stdout), said.stdout


def told(name: str, said: subprocess.CompletedProcess[str]) -> None:
    """What shut it, in its own words."""
    lines = [line for line in said.stdout.splitlines() if line.strip() and not re.search("──|FAILED with", line)]
    sys.stdout.write(f"red: {name}: {(lines or said.stderr.splitlines() or ['?'])[-1].strip()[:110]}\n")
