"""Files on their way in: from the first byte until a track is made of them, or nobody comes back for them."""
