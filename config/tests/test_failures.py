"""Every code with which a file may be refused has its line in the documentation, and no other has."""

import ast
import re
from pathlib import Path

from config.embedded.places import PROJECT
from tracks.audio.sandbox import REFUSALS
from tracks.services.blocking import BLOCKED
from tracks.services.processing import ANOTHER_FILE
from tracks.services.queue import CRASHED


def refusals(file: Path) -> set[str]:
    """The codes that a file spells out in the AudioRefused that it makes."""
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "AudioRefused"]
    codes = [word.value for call in made for word in call.keywords if word.arg == "code"]
    return {str(code.value) for code in codes if isinstance(code, ast.Constant)}


def test_every_reason_to_refuse_a_file_is_documented():
    audio = set().union(*(refusals(file) for file in (PROJECT / "tracks/audio").glob("*.py")))
    documented = set(re.findall(r"^\| `(\w+)` \|", (PROJECT / "docs/failures.md").read_text(), re.MULTILINE))
    limits = {code for code, _ in REFUSALS.values()}
    assert documented == audio | limits | {CRASHED[0], BLOCKED[0], ANOTHER_FILE[0]}
