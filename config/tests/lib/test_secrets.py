"""Secrets that an installation makes for itself."""

import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from config.lib.secrets import derived_key, kept_secret, random_key, secret_token

PROJECT = Path(__file__).resolve().parents[3]
ASK = """
import sys
from pathlib import Path
from config.lib.secrets import kept_secret
print(kept_secret(Path(sys.argv[1])))
"""


def test_a_secret_is_made_once_and_kept(tmp_path):
    path = tmp_path / "secret-key"
    secret = kept_secret(path)
    assert re.fullmatch(r"[0-9a-f]{64}", secret)
    assert kept_secret(path) == secret
    assert kept_secret(tmp_path / "jwt-key") != secret


def test_only_the_owner_of_the_process_can_read_it_and_no_draft_is_left(tmp_path):
    path = tmp_path / "secret-key"
    kept_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_threads_that_come_at_once_end_up_with_the_same(tmp_path):
    for attempt in range(20):
        path, start = tmp_path / f"key-{attempt}", Barrier(8)

        def ask(_: int, path: Path = path, start: Barrier = start) -> str:
            start.wait(timeout=60)
            return kept_secret(path)

        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(ask, range(8)))) == 1
    assert len(list(tmp_path.iterdir())) == 20


def test_processes_that_come_at_once_end_up_with_the_same(tmp_path):
    command = [sys.executable, "-c", ASK, str(tmp_path / "key")]
    started = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = {process.communicate(timeout=60)[0].strip() for process in started}
    assert told == {(tmp_path / "key").read_text()}
    assert [process.returncode for process in started] == [0, 0, 0]


def test_keys_and_tokens_cannot_be_guessed_and_fit_into_an_address():
    keys, tokens = {random_key() for _ in range(500)}, {secret_token() for _ in range(500)}
    assert (len(keys), len(tokens)) == (500, 500)
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)
    assert all(re.fullmatch(r"[\w-]{32}", token) for token in tokens)


def test_a_derived_key_is_that_of_the_standard():
    """RFC 5869, A.3: the first 32 bytes of what 22 times 0x0b gives without salt and info."""
    okm = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert derived_key("\x0b" * 22, purpose="").hex() == okm


def test_each_secret_has_another_key_for_each_purpose():
    keys = {derived_key(secret, purpose=purpose) for secret in ("one", "two") for purpose in ("in", "out", "")}
    assert len(keys) == 6
