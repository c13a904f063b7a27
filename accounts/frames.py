"""What is announced live about accounts: an event in, the members of a frame out."""

from typing import Any

from accounts.events import ProfileUpdated


def profile(event: ProfileUpdated) -> dict[str, Any]:
    """To the person's own other devices: these fields are others now; `GET me/` has them."""
    return {"type": "profile_updated", "fields": event.fields}
