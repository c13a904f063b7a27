"""Reposting: shown to followers by the activity log, once, with words that may change."""

import pytest

from config.lib.testing import emitted
from engagement import services
from engagement.events import TrackReposted, TrackRepostEdited, TrackUnreposted
from engagement.models import TrackRepost
from engagement.tests.conftest import repost, unrepost
from social.choices import Kind, Verb
from social.models import Activity, ActorLast
from tracks.models import Track
from tracks.services import trash_track, update_track

pytestmark = pytest.mark.django_db


def shown_by(person) -> list[int]:
    """The tracks that the person's followers are shown as reposts."""
    rows = Activity.objects.filter(actor=person, verb=Verb.REPOST, kind=Kind.TRACK)
    return list(rows.values_list("object_id", flat=True))


def test_reposting_twice_is_once_in_every_row(owner, fan, track, at, counts):
    with emitted() as events:
        repost(fan, track, at=at, caption="Loud, please.")
        repost(fan, track, at=at)
    facts = {"user_id": fan.pk, "track_id": track.pk, "owner_id": owner.pk}
    assert events == [TrackReposted(**facts)]
    assert (counts(track), shown_by(fan), TrackRepost.objects.get().caption) == ((0, 1), [track.pk], "Loud, please.")
    assert ActorLast.objects.get(actor=fan).last_at == at
    with emitted() as events:
        unrepost(fan, track)
        unrepost(fan, track)
    assert events == [TrackUnreposted(**facts)]
    assert (counts(track), shown_by(fan), TrackRepost.objects.count()) == ((0, 0), [], 0)


def test_a_caption_is_changed_by_reposting_again_and_emptied_by_an_empty_one(owner, fan, track, at, counts):
    repost(fan, track, at=at)
    facts = {"user_id": fan.pk, "track_id": track.pk, "owner_id": owner.pk}
    for caption, told in (("Loud.", [TrackRepostEdited(**facts)]), ("Loud.", []), ("", [TrackRepostEdited(**facts)])):
        with emitted() as events:
            repost(fan, track, at=at, caption=caption)
        assert (events, TrackRepost.objects.get().caption) == (told, caption)
    assert counts(track) == (0, 1)


def test_ones_own_listed_track_can_be_reposted(owner, track, at, counts):
    repost(owner, track, at=at)
    assert (counts(track), shown_by(owner)) == ((0, 1), [track.pk])


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_what_is_in_no_list_is_shown_to_nobody(owner, fan, track, at, visibility):
    update_track(track=track, changes={"visibility": visibility}, at=at)
    with pytest.raises(services.NotListed):
        repost(owner, track, at=at)
    with pytest.raises(Track.DoesNotExist if visibility == "private" else services.NotListed):
        repost(fan, track, at=at)
    assert (shown_by(owner), shown_by(fan)) == ([], [])


def test_a_repost_outlives_a_withdrawn_track_and_can_be_undone(fan, track, at, counts):
    repost(fan, track, at=at)
    trash_track(track=track, at=at)
    assert counts(track) == (0, 1)
    unrepost(fan, track)
    assert (counts(track), shown_by(fan)) == ((0, 0), [])
    with pytest.raises(Track.DoesNotExist):
        unrepost(fan, track)
