"""What somebody did with a thing, as an entry of a list: the thing's own card, and when."""

from typing import Any


def like_card(row: dict[str, Any], *, thing: dict[str, Any]) -> dict[str, Any]:
    """`kind` says which member holds the thing: a client takes kinds that it does not know out of the list."""
    return {"kind": thing["kind"], "created_at": row["created_at"], thing["kind"]: thing}


def repost_card(row: dict[str, Any], *, thing: dict[str, Any]) -> dict[str, Any]:
    """The same with what was said of it."""
    return {**like_card(row, thing=thing), "caption": row["caption"]}
