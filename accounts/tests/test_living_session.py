"""Who a session signs in is asked at every request by a statement that is kept: it answers as the queryset does."""

from datetime import timedelta

import pytest

from accounts.models import Session, User
from accounts.queries import living_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(owner, sign_in) -> Session:
    User.objects.filter(pk=owner.pk).update(links=[{"title": "shop", "url": "https://example.org/"}], genres=["dub"])
    sign_in(owner)
    return Session.objects.get()


def values(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_it_has_all_that_its_row_and_its_person_have(session, owner, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            found = living_session(session.pk, at=session.created_at)
            user = found.user
        assert values(found) == values(session)
        assert values(user) == values(User.objects.get(pk=owner.pk))
    found.user_agent = "another one"
    found.save(update_fields=["user_agent"])
    assert Session.objects.get().user_agent == "another one"


@pytest.mark.parametrize(
    ("of_session", "of_person", "ahead"),
    [
        ({}, {}, timedelta()),
        ({}, {}, timedelta(days=4000)),
        ({"ended_at": "2031-01-01T00:00:00Z"}, {}, timedelta()),
        ({"version": 7}, {}, timedelta()),
        ({}, {"session_version": 7}, timedelta()),
        ({}, {"is_active": False}, timedelta()),
        ({}, {"verified_at": None}, timedelta()),
        ({}, {"leaving_at": "2031-01-01T00:00:00Z"}, timedelta()),
    ],
)
def test_it_signs_in_whom_the_queryset_says(session, owner, of_session, of_person, ahead):
    at = session.created_at + ahead
    Session.objects.filter(pk=session.pk).update(**{"ended_at": None, **of_session})
    User.objects.filter(pk=owner.pk).update(**{"is_active": True, **of_person})
    alive = Session.objects.alive(at=at).filter(pk=session.pk).exists()
    assert (living_session(session.pk, at=at) is not None) is alive
    assert alive is not bool(of_session or of_person or ahead)


def test_it_ends_with_its_last_moment(session):
    assert living_session(session.pk, at=session.expires_at) is None
    assert living_session(session.pk, at=session.expires_at - timedelta(seconds=1)) is not None
