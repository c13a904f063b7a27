"""Everything that is stored, and which rows own it. An app that stores objects gets a line here."""

import accounts.custody
import accounts.leaving.custody
import playlists.custody
import tracks.custody
from config.lib.doctor.custody import PROBES

SHELVES = (
    *accounts.custody.SHELVES,
    *accounts.leaving.custody.SHELVES,
    *tracks.custody.SHELVES,
    *playlists.custody.SHELVES,
    PROBES,
)
