"""Links to playlists under a crowd: the same tests as for every kind."""

from tracks.tests.sharing.test_races import *  # noqa: F403
