"""Kept statements answer as their querysets do, and are written once."""

from itertools import count

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from accounts.models import Session, User
from accounts.services.blocks import add_block
from config.lib import kept
from config.lib.kept import KeptList, NotKeepable, kept_rows, kept_rows_among
from config.lib.viewer import Viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def fan(make_user):
    return make_user("fan")


WRITTEN: list[str] = []
numbers = count()


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Each test begins without statements."""
    monkeypatch.setattr(kept, "KEPT", {})
    WRITTEN.clear()


def people(viewer, *ids):
    WRITTEN.append("people")
    return User.objects.visible_to(viewer).exclude(pk__in=[0]).order_by("pk").values("id", "username", "links")


def one_person(viewer, person_id):
    WRITTEN.append("one person")
    return User.objects.visible_to(viewer).filter(pk=person_id).values("id", "username")


def numbered(viewer):
    return User.objects.annotate(number=Value(next(numbers))).values("id", "number")


def longer_each_time(viewer):
    return User.objects.filter(pk__in=range(next(numbers) + 1)).values("id")


def doubled(viewer, person_id):
    return User.objects.filter(pk=person_id + 1).values("id")


def swapped(viewer, one, other):
    first, second = (one, other) if next(numbers) % 2 else (other, one)
    return User.objects.filter(pk__gt=first, pk__lt=second).values("id")


def everybody(*users):
    return [Viewer(user=user) for user in (AnonymousUser(), *users)]


def test_each_viewer_gets_the_rows_that_the_queryset_gives_them(owner, fan, stranger, at):
    User.objects.filter(pk=owner.pk).update(links=[{"title": "shop", "url": "https://example.org/"}])
    add_block(blocker_id=owner.pk, blocked_id=stranger.pk, at=at)
    for viewer in everybody(owner, fan, stranger):
        assert kept_rows(people, viewer) == list(people(viewer))
        for person in (owner, fan, stranger):
            assert kept_rows(one_person, viewer, person.pk) == list(one_person(viewer, person.pk))


def test_a_statement_is_written_twice_for_all_who_are_signed_in_and_twice_for_the_others(owner, fan, stranger):
    for viewer in everybody(owner, fan, stranger) * 2:
        kept_rows(people, viewer)
    assert WRITTEN == ["people"] * 4


def test_for_who_brings_a_link_along_it_is_written_each_time(owner):
    viewer = Viewer.with_token(user=owner, secret_token="of a link")
    assert [kept_rows(people, viewer) for _ in range(3)] == [list(people(viewer))] * 3
    assert len(WRITTEN) == 4
    assert kept.KEPT == {}


@pytest.mark.parametrize(("write", "ids"), [(numbered, ()), (longer_each_time, ()), (doubled, (1,)), (swapped, (1, 2))])
def test_what_differs_by_more_than_the_ids_is_not_kept(owner, write, ids):
    with pytest.raises(NotKeepable):
        kept_rows(write, Viewer(user=owner), *ids)
    assert kept.KEPT == {}


def test_the_head_of_a_kept_list_has_its_order_and_length(owner, fan, stranger):
    everyone = KeptList(people, Viewer(user=owner))
    names = [row["username"] for row in everyone.rows().order_by("-username")]
    assert [row["username"] for row in everyone.head(("-username",), 2)] == names[:2]
    assert [row["username"] for row in everyone.head(("username",), 9)] == names[::-1]


def session_of(viewer, session_id):
    return Session.objects.filter(pk=session_id).values("id", "user_id")


def test_an_id_may_be_a_uuid(owner, fan, sign_in):
    for user in (owner, fan):
        sign_in(user)
    for row in Session.objects.values("id", "user_id"):
        assert kept_rows(session_of, Viewer(user=owner), row["id"].int) == [row]


def several(viewer, *ids):
    WRITTEN.append("several")
    return User.objects.visible_to(viewer).filter(pk__in=ids).values("id")


@pytest.mark.parametrize("widths", [(2, 4), (3,), (8,), (2,)])
def test_rows_among_any_number_of_ids_are_found_by_one_query(monkeypatch, owner, fan, stranger, widths):
    """However many of them a kept statement asks for; the last is for fewer than these."""
    monkeypatch.setattr(kept, "WIDTHS", widths)
    ids, viewer = {owner.pk, fan.pk, stranger.pk}, Viewer(user=owner)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            found = kept_rows_among(several, viewer, ids)
        assert {row["id"] for row in found} == ids
        assert len(asked) == 1
    assert kept_rows_among(several, viewer, []) == []
    assert [row["id"] for row in kept_rows_among(several, viewer, [fan.pk, 0])] == [fan.pk]


def test_a_statement_that_is_kept_asks_once(owner, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            kept_rows(people, Viewer(user=owner))
