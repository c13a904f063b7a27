"""One door for whatever takes a password: an attempt counts for the address it comes from and for the name it tries."""

from django.http import HttpRequest

from config.lib.limits.budgets import CREDENTIALS, CREDENTIALS_ADDRESS, budget
from config.lib.limits.headers import spend
from config.lib.limits.limiter import draw, limiter, refuse_beyond
from config.lib.limits.subjects import address_subject, name_subject


def draw_credentials(request: HttpRequest | None, *, name: str) -> None:
    """Count an attempt, before the password is looked at; raises Throttled. `name` comes in one spelling.

    The address goes first: who is stopped there cannot use up the attempts of other people's names. A name that nobody
    has counts like any other. Without a request (a command) there is no address.
    """
    if request is None:
        refuse_beyond(draw(budget(CREDENTIALS), subject=name_subject(name)))
        return
    spend(request, budget(CREDENTIALS_ADDRESS), subject=address_subject(request))
    spend(request, budget(CREDENTIALS), subject=name_subject(name))


def forget_credentials(*, name: str) -> None:
    """After the right password: the name's failures are forgotten, those of the address never."""
    limiter().forget(budget(CREDENTIALS), subject=name_subject(name))
