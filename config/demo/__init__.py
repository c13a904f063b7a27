"""Demo content: invented people, music of the project's own making, covers drawn by code. No Django here."""
