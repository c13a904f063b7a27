"""The limits of exports and of the way out."""

from datetime import timedelta

EXPORT_EVERY = timedelta(days=1)
EXPORT_KEPT = timedelta(days=7)
# An address of the archive is good for so long; asking again gives a new one.
DOWNLOAD_LIFE = timedelta(hours=1)
GRACE = timedelta(days=30)
