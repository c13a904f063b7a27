"""PostgreSQL as Django knows it, with a clock beside every statement."""
