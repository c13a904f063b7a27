from accounts.tests.conftest import at

__all__ = ["at"]
