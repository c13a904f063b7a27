"""Everything that changes a link."""

from tracks.sharing.services.making import (
    ExpiryNotAhead,
    TooManyShareLinks,
    Wish,
    delete_share_link,
    make_share_link,
)
from tracks.sharing.services.opening import LinkPasswordWrong, PasswordRequired, open_share_link, use_share_link

__all__ = [
    "ExpiryNotAhead",
    "LinkPasswordWrong",
    "PasswordRequired",
    "TooManyShareLinks",
    "Wish",
    "delete_share_link",
    "make_share_link",
    "open_share_link",
    "use_share_link",
]
