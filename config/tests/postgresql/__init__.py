"""The database backend of the test suite."""
