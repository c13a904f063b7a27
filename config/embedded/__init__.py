"""The services that `make run` and `make test` bring along where the environment names none."""
