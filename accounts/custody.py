"""Which stored objects the rows of this app own: avatars and headers. Exports: `accounts.leaving.custody`."""

from accounts.models import Picture
from config.lib.custody import Shelf
from config.lib.pictures.custody import picture_shelf

SHELVES: tuple[Shelf, ...] = (
    picture_shelf(Picture, remedy="restore it from a backup; without one its owner chooses the picture again"),
)
