"""What the API's document promises is what the API answers: thousands of made-up requests for each role."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.lib.testing import write_tone
from config.tests.prove.house import House, upload

pytestmark = pytest.mark.slow

REQUESTS = 2_000
SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
# A name, a key or terms may be well formed and still not be the right ones: 400 is no surprise then. A path that the
# settings below hold fast is good where the generator believes that it made a bad one. tus answers 412, which the
# generator does not expect, where a header is missing; and it has no way to write the body of an upload's PATCH.
LEFT_OUT = "positive_data_acceptance,negative_data_rejection,missing_required_header"
CHECKS = ("--checks", "all", "--exclude-checks", LEFT_OUT, "--exclude-operation-id", "upload_append")
# They would end the session that all the other requests are made in; visitors without one make them instead.
ENDING = ("/api/v1/auth/logout/", "/api/v1/auth/sessions/{id}/")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """One house for all roles, whose limits do not stand in the way of thousands of requests."""
    with House(tmp_path_factory.mktemp("house") / "home") as running:
        yield running


@pytest.fixture(scope="module")
def people(house, tmp_path_factory) -> dict[str, str]:
    """Role -> bearer token; the owner has a public track, which is number one."""
    names = {"owner": "owner", "stranger": "stranger", "staff": "caretaker"}  # "staff" is a reserved name
    clients = {role: house.join(name) for role, name in names.items()}
    track = upload(clients["owner"], write_tone(tmp_path_factory.mktemp("tone") / "tone.wav"), title="Tone")
    house.wait_until(lambda: clients["owner"].get(f"tracks/{track['id']}/").json()["state"] == "ready", seconds=60)
    house.change("UPDATE accounts_user SET is_staff = true WHERE username = 'caretaker'")
    tokens = {role: client.headers["Authorization"] for role, client in clients.items()}
    return {"anonymous": "", **tokens}


def report_of(folder: Path, *, house: House, authorization: str, settings: str, seed: int) -> dict[str, Any]:
    """One run over every operation; what it found."""
    folder.mkdir()
    (folder / "schemathesis.toml").write_text(settings)
    command = [
        SCHEMATHESIS,
        "--config-file",
        "schemathesis.toml",
        "run",
        f"{house.url}/api/schema/?format=json",
        *CHECKS,
    ]
    command += [
        "--continue-on-failure",
        "--max-examples",
        "60",
        "--phases",
        "coverage,fuzzing",
        "--seed",
        str(seed),
        "--no-color",
    ]
    command += ["--generation-with-security-parameters", "false", "--suppress-health-check", "all"]
    command += ["--report", "json", "--report-json-path", "report.json"]
    if authorization:
        command += ["--header", f"Authorization: {authorization}"]
        command += [word for path in ENDING for word in ("--exclude-path", path)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=1_200)
    assert (folder / "report.json").exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads((folder / "report.json").read_text())
    assert not found["failures"], done.stdout
    assert not found["errors"], done.stdout
    return found


@pytest.mark.parametrize("role", ["anonymous", "owner", "stranger", "staff"])
def test_no_made_up_request_gets_an_undocumented_answer(house, people, tmp_path, role):
    total = 0
    for seed, settings in enumerate(("", '[parameters]\n"path.track" = 1\n"path.user" = "owner"\n')):
        found = report_of(tmp_path / str(seed), house=house, authorization=people[role], settings=settings, seed=seed)
        total += found["test_cases"]["generated"]
    print(f"{role}: {total} requests, nothing undocumented")  # noqa: T201 -- the proof's figure
    assert total >= REQUESTS
