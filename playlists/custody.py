"""Which stored objects the rows of this app own."""

from config.lib.pictures.custody import picture_shelf
from playlists.models import Cover

REMEDY = "restore it from a backup; without one its owner chooses the picture again, or a track is moved"

SHELVES = (picture_shelf(Cover, remedy=REMEDY),)
