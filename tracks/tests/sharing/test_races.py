"""Links under a crowd: what may be opened ten times is opened ten times. At full size, over HTTP:
config/tests/prove/test_share_links.py."""

from functools import partial

import pytest
from django.utils import timezone

from config.lib.testing import race
from tracks.sharing import services
from tracks.sharing.queries import Opened, ShareLinkAbsent, ShareLinkUsedUp
from tracks.tests.sharing.conftest import delete, use

pytestmark = pytest.mark.django_db(transaction=True)

VISITORS, USES = 50, 10


def test_of_fifty_at_once_exactly_ten_come_in(kind, make_link, patient_locks):
    link = make_link(max_uses=USES)
    answers = race(*[partial(use, link)] * VISITORS)
    kinds = [type(answer) for answer in answers]
    assert (kinds.count(Opened), kinds.count(ShareLinkUsedUp)) == (USES, VISITORS - USES)
    assert kind.links.objects.get().uses == USES


def test_whoever_opens_while_it_is_deleted_has_counted_or_finds_nothing(kind, make_link, patient_locks):
    for _ in range(5):
        link = make_link()
        *answers, deleted = race(*[partial(use, link)] * 4, partial(delete, link))
        assert deleted is None
        assert {type(answer) for answer in answers} <= {Opened, ShareLinkAbsent}
        assert not kind.links.objects.exists()


def test_of_many_at_once_no_more_are_made_than_may_be(kind, owner, thing, patient_locks, monkeypatch):
    monkeypatch.setattr("tracks.sharing.services.making.LINKS_MOST", 3)
    wish = {"kind": kind, "thing": thing, "by": owner, "wish": services.Wish(label="One"), "at": timezone.now()}
    answers = race(*[partial(services.make_share_link, **wish)] * 8)
    assert [type(answer) for answer in answers].count(services.TooManyShareLinks) == 5
    assert kind.links.objects.count() == 3


def test_a_link_is_deleted_once_by_two(kind, make_link, patient_locks):
    link = make_link()
    assert race(partial(delete, link), partial(delete, link)) == [None, None]
    assert not kind.links.objects.exists()
