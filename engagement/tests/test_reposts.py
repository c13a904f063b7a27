"""Reposting: shown to followers by the activity log, once, with words that may change."""

import pytest

from config.lib.testing import emitted
from engagement import services
from engagement.tests.conftest import repost, unrepost
from engagement.tests.things import counts, facts, hide, noun_of, reposts_on, trash
from social.choices import Verb
from social.models import Activity, ActorLast

pytestmark = pytest.mark.django_db


def shown_by(person, thing) -> list[int]:
    """What the person's followers are shown as reposts, all of one kind."""
    rows = Activity.objects.filter(actor=person, verb=Verb.REPOST)
    assert set(rows.values_list("kind", flat=True)) <= {noun_of(thing).name}
    return list(rows.values_list("object_id", flat=True))


def test_reposting_twice_is_once_in_every_row(fan, thing, at):
    with emitted() as events:
        repost(fan, thing, at=at, caption="Loud, please.")
        repost(fan, thing, at=at)
    reposted, _, unreposted = noun_of(thing).told[2:]
    assert events == [reposted(**facts(thing, fan))]
    assert (counts(thing), shown_by(fan, thing), reposts_on(thing).get().caption) == (
        (0, 1),
        [thing.pk],
        "Loud, please.",
    )
    assert ActorLast.objects.get(actor=fan).last_at == at
    with emitted() as events:
        unrepost(fan, thing)
        unrepost(fan, thing)
    assert events == [unreposted(**facts(thing, fan))]
    assert (counts(thing), shown_by(fan, thing), reposts_on(thing).count()) == ((0, 0), [], 0)


def test_a_caption_is_changed_by_reposting_again_and_emptied_by_an_empty_one(fan, thing, at):
    repost(fan, thing, at=at)
    edited = noun_of(thing).told[3](**facts(thing, fan))
    for caption, told in (("Loud.", [edited]), ("Loud.", []), ("", [edited])):
        with emitted() as events:
            repost(fan, thing, at=at, caption=caption)
        assert (events, reposts_on(thing).get().caption) == (told, caption)
    assert counts(thing) == (0, 1)


def test_what_is_ones_own_and_listed_can_be_reposted(owner, thing, at):
    repost(owner, thing, at=at)
    assert (counts(thing), shown_by(owner, thing)) == ((0, 1), [thing.pk])


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_what_is_in_no_list_is_shown_to_nobody(owner, fan, thing, at, visibility):
    hide(thing, at=at, visibility=visibility)
    with pytest.raises(services.NotListed):
        repost(owner, thing, at=at)
    with pytest.raises(type(thing).DoesNotExist if visibility == "private" else services.NotListed):
        repost(fan, thing, at=at)
    assert (shown_by(owner, thing), shown_by(fan, thing)) == ([], [])


def test_a_repost_outlives_what_was_withdrawn_and_can_be_undone(fan, thing, at):
    repost(fan, thing, at=at)
    trash(thing, at=at)
    assert counts(thing) == (0, 1)
    unrepost(fan, thing)
    assert (counts(thing), shown_by(fan, thing)) == ((0, 0), [])
    with pytest.raises(type(thing).DoesNotExist):
        unrepost(fan, thing)
