"""What of a track is a file: its sound, its cover, and what is handed out of it."""
