"""Everything that is told about feeds. Feeds themselves are read, and written by nobody."""

from discovery.services.telling import Act, tell_further, tell_of, tell_of_change, tell_person

__all__ = ["Act", "tell_further", "tell_of", "tell_of_change", "tell_person"]
