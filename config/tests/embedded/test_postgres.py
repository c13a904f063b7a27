"""A real cluster: made, stopped, killed, found again."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from config.embedded import postgres
from config.embedded.places import Places
from config.embedded.postgres import Postgres
from config.embedded.processes import command_line, pid_in
from config.embedded.refusals import Refusal
from config.embedded.servant import as_servant
from config.tests.embedded.watching import eventually, runs


@pytest.fixture(scope="module")
def cluster() -> Iterator[Places]:
    """One cluster for all: making it takes longer than starting it."""
    with TemporaryDirectory(prefix="earshot-home-", ignore_cleanup_errors=True) as folder:
        home = Places(Path(folder))
        home.make()
        yield home


@pytest.fixture
def server(cluster: Places) -> Iterator[Postgres]:
    server = Postgres(cluster, postgres.THROWAWAY)
    server.start()
    yield server
    server.stop()


def ask(places: Places, question: str) -> object:
    with psycopg.connect(places.database_url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def pid_of(server: Postgres) -> int:
    assert server.child
    return server.child.pid


def test_server_listens_on_a_private_socket_only(server: Postgres) -> None:
    assert ask(server.places, "SHOW listen_addresses") == ""
    assert server.places.postgres_socket.stat().st_mode & 0o777 == 0o700


def test_server_does_not_run_as_root(server: Postgres) -> None:
    status = Path(f"/proc/{pid_of(server)}/status").read_text()
    uids = next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1:]
    assert "0" not in uids


def test_words_of_every_script_are_compared_and_lowered(server: Postgres) -> None:
    with psycopg.connect(server.places.database_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")
    assert ask(server.places, "SELECT lower('ÄÖ')") == "äö"
    assert ask(server.places, "SELECT similarity('жизнь', 'жизн') > 0.5")
    assert ask(server.places, "SELECT unaccent('Łódź')") == "Lodz"


def test_data_survive_a_killed_server(server: Postgres) -> None:
    with psycopg.connect(server.places.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        connection.execute("CHECKPOINT")
    os.kill(pid_of(server), signal.SIGKILL)
    assert eventually(lambda: not server.is_alive())
    server.start()
    assert ask(server.places, "SELECT n FROM kept") == 42


def test_new_run_ends_the_server_that_an_earlier_one_left(server: Postgres) -> None:
    left = pid_of(server)
    successor = Postgres(server.places, postgres.THROWAWAY)
    try:
        successor.start()
        assert not runs(left)
        assert ask(server.places, "SELECT 1") == 1
    finally:
        successor.stop()


def test_pid_file_that_names_a_stranger_does_not_keep_the_server_from_starting(server: Postgres) -> None:
    pid_file = server.places.postgres / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    # PostgreSQL itself takes a process of another user for no server of its own.
    stranger = subprocess.Popen(as_servant(["/bin/sleep", "60"]))
    # setpriv names the program too, and between the two the process has no command line.
    assert eventually(lambda: command_line(stranger.pid).startswith("/bin/sleep"))
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        server.start()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_killed_initdb_leaves_nothing_that_is_taken_for_a_cluster(places: Places) -> None:
    draft = places.home / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    server = Postgres(places, postgres.DURABLE)
    try:
        server.start()
        assert not draft.exists()
        assert ask(places, "SHOW fsync") == "on"
    finally:
        server.stop()


def test_cluster_of_another_major_version_is_refused_and_left_alone(places: Places) -> None:
    places.postgres.mkdir()
    (places.postgres / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refusal, match="made by PostgreSQL 9"):
        Postgres(places, postgres.DURABLE).start()
    assert (places.postgres / "PG_VERSION").read_text() == "9\n"


def test_server_that_cannot_start_says_why_and_where_its_log_is(server: Postgres) -> None:
    server.stop()
    rules = server.places.postgres / "pg_hba.conf"
    good = rules.read_bytes()
    try:
        rules.write_text("nonsense\n")
        with pytest.raises(Refusal, match=str(server.log)):
            server.start()
    finally:
        rules.write_bytes(good)
    assert not server.is_alive()


def test_stop_ends_the_server_with_open_sessions_and_may_be_repeated(server: Postgres) -> None:
    session = psycopg.connect(server.places.database_url)
    session.execute("SELECT 1")
    left = pid_of(server)
    server.stop()
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        session.execute("SELECT 1")
    assert not runs(left)
    assert pid_in(server.places.postgres / "postmaster.pid") is None


def test_variables_of_libpq_do_not_move_our_server(cluster: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nowhere")
    server = Postgres(cluster, postgres.THROWAWAY)
    try:
        server.start()
        assert ask(cluster, "SELECT 1") == 1
    finally:
        server.stop()
