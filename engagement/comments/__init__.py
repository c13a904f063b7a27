"""Words at a moment of a track: a room with the same layers as an app."""
