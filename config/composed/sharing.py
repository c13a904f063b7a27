"""What can be shared by links, from the top down: `tracks/sharing/kinds.py` says what a kind is.

A grant of an upper kind opens tracks too, so tracks ask this table in every `visible_to` that brings one.
"""

from playlists.sharing import PLAYLIST
from tracks.sharing.of_tracks import TRACK

KINDS = (TRACK, PLAYLIST)
