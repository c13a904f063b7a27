"""What the embedded server does in the place of a reverse proxy: take bodies, deliver files."""
