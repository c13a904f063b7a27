"""Files of tracks: uploads come as in the tests of uploads."""

from tracks.tests.uploads.conftest import announce, arrived

__all__ = ["announce", "arrived"]
