"""One door for whatever takes a password: an attempt counts for the address it comes from and for the name it tries."""

from django.http import HttpRequest

from config.lib.limits.budgets import (
    CREDENTIALS,
    CREDENTIALS_ADDRESS,
    FAILURES,
    FAILURES_ADDRESS,
    LINK_PASSWORDS,
    MAILS_TO,
    budget,
)
from config.lib.limits.headers import spend
from config.lib.limits.limiter import draw, limiter, peek, refuse_beyond
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


def note_failure(request: HttpRequest | None, *, name: str) -> None:
    """After a wrong password, for a name that nobody has too: it counts for the name and for the address."""
    draw(budget(FAILURES), subject=name_subject(name))
    if request is not None:
        draw(budget(FAILURES_ADDRESS), subject=address_subject(request))


def has_failed_often(request: HttpRequest, *, name: str) -> bool:
    """Whether so many attempts went wrong of late, at this name or from this address, that it may be a program."""
    of_name = peek(budget(FAILURES), subject=name_subject(name))
    return not of_name.remaining or not peek(budget(FAILURES_ADDRESS), subject=address_subject(request)).remaining


def forget_credentials(*, name: str) -> None:
    """After the right password: the name's attempts and failures are forgotten, those of the address never."""
    for forgotten in (CREDENTIALS, FAILURES):
        limiter().forget(budget(forgotten), subject=name_subject(name))


def draw_link_password(request: HttpRequest, *, name: str) -> None:
    """Count an attempt at the password of a link, before it is looked at; raises Throttled. From an address it counts
    like any other password. A link takes more attempts than a name: many honest people open it."""
    spend(request, budget(CREDENTIALS_ADDRESS), subject=address_subject(request))
    spend(request, budget(LINK_PASSWORDS), subject=name_subject(name))


def forget_link_passwords(*, name: str) -> None:
    """After the right password: the link's attempts are forgotten, those of the address never."""
    limiter().forget(budget(LINK_PASSWORDS), subject=name_subject(name))


def draw_mail(request: HttpRequest, *, to: str) -> None:
    """Count a mail that somebody asks for to an address, whether or not one will be sent; raises Throttled."""
    spend(request, budget(MAILS_TO), subject=name_subject(to))
