"""The API, as an app calls it."""

from typing import Any

from config.lib.testing import Api


def cards(client: Api, path: str) -> Any:
    """The entries of a list, or the body of a single thing; None where there is nothing."""
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code in {200, 404}, (path, answer.status_code)
    body = answer.json()
    return None if answer.status_code == 404 else body.get("results", body)


def names(client: Api, path: str, *, private: bool = False) -> list[str] | None:
    """The people of a list; None where it is kept private, which must be said then and only then."""
    if private:
        assert client.get(f"/api/v1/{path}").status_code == 403
        return None
    return [card["username"] for card in cards(client, path)]


def ids(client: Api, path: str) -> list[int] | None:
    """What a list holds; None where there is no such list."""
    found = cards(client, path)
    return None if found is None else [card["id"] for card in found]
