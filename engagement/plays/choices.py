from django.db import models


class Outcome(models.TextChoices):
    """What became of a play. All but COUNTED say why it is no part of the count."""

    COUNTED = "counted", "counted"
    TOO_SHORT = "too_short", "not enough of it was heard (yet)"
    TOO_FAST = "too_fast", "it would be enough if more had been heard than time went by"
    REPEAT = "repeat", "the same listener had counted within the hour before"
    OWNER = "owner", "whoever may edit the track does not count"
    BOT = "bot", "a program that says that it is one"
    CROWD = "crowd", "more began at this address than people begin"


# What is known when a play begins, and never changes.
BARS = (Outcome.OWNER, Outcome.BOT, Outcome.CROWD)
