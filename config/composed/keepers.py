"""What upper apps do, or say, in the very transaction of a lower one, which cannot know them.

An app that comes and keeps something in spaces, or lets people own something together, gets a line here.
"""

import playlists.services.spaces
import social.services
import tracks.services.spaces

# Those who keep something in spaces, from the top down: `social.services.spaces.keeping` says what each does.
KEEPERS = (playlists.services.spaces, tracks.services.spaces)
# What somebody has to hand over before they can leave.
LEAVING_CHECKS = (social.services.hold_last_owned,)
