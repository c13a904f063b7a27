"""Where things are kept, and who may look at them."""

import os
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from config.embedded.places import PROJECT, SOCKET_PATH_LIMIT, Places
from config.embedded.refusals import Refusal


def home_with_socket_path_of(length: int) -> Places:
    rest = len("/run/.s.PGSQL.5432")
    return Places(Path("/" + "h" * (length - rest - 1)))


def test_home_is_in_the_project_unless_the_environment_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARSHOT_HOME", raising=False)
    assert Places.from_environment().home == PROJECT / ".earshot"
    monkeypatch.setenv("EARSHOT_HOME", "")
    assert Places.from_environment().home == PROJECT / ".earshot"


def test_relative_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EARSHOT_HOME", "mine")
    assert Places.from_environment().home == tmp_path / "mine"


def test_sockets_live_in_the_home_as_long_as_their_path_fits() -> None:
    places = home_with_socket_path_of(SOCKET_PATH_LIMIT)
    assert places.sockets == places.home / "run"
    assert len(os.fsencode(places.postgres_socket)) == SOCKET_PATH_LIMIT


def test_sockets_of_a_home_with_a_long_path_live_in_a_short_folder_of_this_user_and_home() -> None:
    places = home_with_socket_path_of(SOCKET_PATH_LIMIT + 1)
    assert len(os.fsencode(places.postgres_socket)) <= SOCKET_PATH_LIMIT
    assert str(os.getuid()) in places.sockets.name
    assert places.sockets != home_with_socket_path_of(SOCKET_PATH_LIMIT + 2).sockets


def test_length_of_a_socket_path_counts_bytes_not_letters() -> None:
    places = Places(Path("/" + "ß" * 60))
    assert places.sockets.parent == Path("/tmp")  # noqa: S108 -- compared only


def test_short_folder_does_not_move_with_tmpdir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    places = home_with_socket_path_of(200)
    before = places.sockets
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert places.sockets == before


def test_everything_that_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    places = Places(tmp_path / "home")
    places.make()
    places.make()
    for folder in (places.home, places.sockets, places.media, places.mail, places.logs, places.tmp):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_sockets_that_others_could_open_are_closed_to_them(places: Places) -> None:
    places.sockets.chmod(0o777)
    places.make()
    assert places.sockets.stat().st_mode & 0o777 == 0o700


def test_sockets_are_not_put_where_somebody_else_points(places: Places, tmp_path: Path) -> None:
    places.sockets.rmdir()
    places.sockets.symlink_to(tmp_path)
    with pytest.raises(Refusal, match="belongs to somebody else"):
        places.make()


def test_database_url_is_understood_by_libpq_even_with_a_strange_home() -> None:
    places = Places(Path("/tmp/Ada's 100 % sounds?&#"))  # noqa: S108 -- nothing is made there
    parts = conninfo_to_dict(places.database_url)
    assert parts["host"] == str(places.sockets)
    assert (parts["user"], parts["dbname"], parts["port"]) == ("earshot", "earshot", "5432")


def test_redis_url_quotes_what_a_url_cannot_hold() -> None:
    assert Places(Path("/a b")).redis_url == "unix:///a%20b/run/valkey.sock"
