"""What holds for links of every kind holds for links to playlists: the same tests, over what `conftest` says."""

from tracks.tests.sharing.test_links import *  # noqa: F403
from tracks.tests.sharing.test_opening import *  # noqa: F403
