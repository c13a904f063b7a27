"""What three apps or more need and no product noun names. Imports no app."""
