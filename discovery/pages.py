"""Addresses of pages of a feed: signed, and good for the filter that they were made with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from rest_framework.exceptions import ValidationError
from rest_framework.utils.urls import remove_query_param, replace_query_param

from discovery.queries import Page, Spot


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """A place in a feed of things of one kind (of all with None), and in which direction to read on."""

    kind: str | None
    spot: Spot
    upward: bool

    def __str__(self) -> str:
        return signer().sign_object([self.kind or "", self.spot.at.isoformat(), self.spot.id, self.upward])

    @classmethod
    def parse(cls, text: str, *, kind: str | None) -> "Cursor":
        """The cursor that was written so for a feed of this kind; raises ValidationError."""
        try:
            of_kind, at, id_, upward = signer().unsign_object(text)
        except (signing.BadSignature, ValueError):
            of_kind = None
        if of_kind != (kind or ""):
            message = "This cursor is not one of this list; begin without it."
            raise ValidationError({"cursor": message}, code="invalid_cursor")
        return cls(kind=kind, spot=Spot(datetime.fromisoformat(at), id_), upward=upward)


def signer() -> signing.Signer:
    """Signs cursors under SECRET_KEY, for this purpose alone."""
    return signing.Signer(salt="discovery.pages")


def body_of(page: Page, *, came_by: Cursor | None, kind: str | None, address: str) -> dict[str, Any]:
    """The page with the addresses of its neighbours. `address` is that of the request, whose filters they keep.

    `future` leads to what has become newer, also where nothing is yet; `previous` leads the same way from a page that
    was turned to.
    """
    here = came_by.spot if came_by else None
    newest = page.spots[0] if page.spots else here
    oldest = page.spots[-1] if page.spots else here
    upward = came_by is not None and came_by.upward

    def at(spot: Spot | None, *, upward: bool) -> str:
        if spot is None:
            return str(remove_query_param(address, "cursor"))
        cursor = Cursor(kind=kind, spot=spot, upward=upward)
        return str(replace_query_param(address, "cursor", str(cursor)))

    has_newer, has_older = (page.has_more, True) if upward else (came_by is not None, page.has_more)
    return {
        "results": page.items,
        "next": at(oldest, upward=False) if has_older else None,
        "previous": at(newest, upward=True) if has_newer else None,
        "future": at(newest, upward=True),
    }
