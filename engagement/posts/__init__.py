"""A few words of a person's own: a room with the same layers as an app."""
