"""A ticket opens one socket, within half a minute, for the session that it was issued in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services, tasks
from accounts.models import Session, SocketTicket, User
from accounts.queries import living_sessions
from accounts.services.sessions import open_session
from config.lib.testing import race

LIFETIME = timedelta(seconds=30)


@pytest.fixture
def session(owner, at) -> Session:
    return open_session(user=owner, device=services.Device(user_agent="", address=""), at=at).session


@pytest.mark.django_db
def test_a_ticket_is_good_once_and_names_its_session(session, at):
    ticket = services.issue_ticket(session=session, at=at)
    assert services.redeem_ticket(ticket=ticket, at=at) == session
    assert services.redeem_ticket(ticket=ticket, at=at) is None
    assert SocketTicket.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_come_with_one_ticket_at_once_one_gets_in(session, at):
    ticket = services.issue_ticket(session=session, at=at)
    results = race(*[lambda: services.redeem_ticket(ticket=ticket, at=at)] * 20)
    assert sorted(results, key=str) == sorted([session, *[None] * 19], key=str)


@pytest.mark.django_db
@pytest.mark.parametrize(("later", "is_good"), [(LIFETIME - timedelta(milliseconds=1), True), (LIFETIME, False)])
def test_a_ticket_is_good_for_half_a_minute(session, at, later, is_good):
    ticket = services.issue_ticket(session=session, at=at)
    assert (services.redeem_ticket(ticket=ticket, at=at + later) is not None) == is_good


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "x", "\0", "é" * 500])
def test_what_was_never_issued_opens_nothing(session, at, text):
    services.issue_ticket(session=session, at=at)
    assert services.redeem_ticket(ticket=text, at=at) is None
    assert SocketTicket.objects.count() == 1


@pytest.mark.django_db
def test_a_ticket_of_a_session_that_is_over_opens_nothing(session, at):
    ticket = services.issue_ticket(session=session, at=at)
    services.end_session(session=session, at=at)
    assert services.redeem_ticket(ticket=ticket, at=at) is None


@pytest.mark.django_db
def test_the_table_holds_no_ticket_that_could_be_used(session, at):
    ticket = services.issue_ticket(session=session, at=at)
    assert ticket not in str(list(SocketTicket.objects.values_list()))


@pytest.mark.django_db
def test_tickets_that_nobody_used_are_forgotten(session, at):
    services.issue_ticket(session=session, at=at - LIFETIME)
    services.issue_ticket(session=session, at=timezone.now() + LIFETIME)
    assert tasks.forget_tickets() == 1
    assert tasks.forget_tickets() == 0
    assert SocketTicket.objects.count() == 1


@pytest.mark.django_db
def test_the_sessions_that_live_are_asked_for_in_one_query(session, stranger, make_user, at, django_assert_num_queries):
    device = services.Device(user_agent="", address="")
    ended, suspended = (open_session(user=user, device=device, at=at).session for user in (stranger, make_user("gone")))
    old = open_session(user=session.user, device=device, at=at - timedelta(days=31)).session
    services.end_session(session=ended, at=at)
    User.objects.filter(pk=suspended.user_id).update(is_active=False)
    with django_assert_num_queries(1):
        living = living_sessions({session.pk, ended.pk, suspended.pk, old.pk}, at)
    assert living == {session.pk}
