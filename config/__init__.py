"""The composition root: settings, addresses, and what joins several apps."""
