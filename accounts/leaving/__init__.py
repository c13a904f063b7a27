"""Taking everything along, and going: exports of an account, its days of grace, and its end."""
