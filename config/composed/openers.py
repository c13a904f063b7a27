"""What opens tracks, beside their own doors, which cannot know of it: an app above tracks that hands out keys to them
gets a line here."""

import playlists.queries

# Each tells, for a viewer, the condition under which a track is open to them.
TRACK_OPENERS = (playlists.queries.opened_by_token,)
