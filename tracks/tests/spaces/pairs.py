"""Two services at once, on a space of their own: for the races of the gate and for the long proof."""

from functools import partial

from django.core.files import File
from django.utils import timezone

from accounts.models import User
from billing.queries import drifts
from billing.services import OverQuota
from config.lib.testing import race
from social import services as social
from social.models import Space, SpaceMember
from tracks import services
from tracks.models import Sound, Track
from tracks.tests.spaces.conftest import size_of, used

MOVES = 9
REFUSALS = (
    social.LastOwner,
    social.RoleTooLow,
    social.SpaceHoldsThings,
    social.TransferRefused,
    social.SpaceOverQuota,
    services.NotBroughtByYou,
    Space.DoesNotExist,
    SpaceMember.DoesNotExist,
    Track.DoesNotExist,
)


def strays(results) -> list[Exception]:
    """What no rule foresees: a circle of waiting, a broken constraint."""
    return [found for found in results if isinstance(found, Exception) and not isinstance(found, REFUSALS)]


def assert_consistent() -> None:
    """Every ledger is the sum of what counts against its person, and every face is in the space."""
    assert drifts() == []
    people = {track.space.owner if track.space else track.owner for track in Track.objects.all()}
    for person in people:
        theirs = [
            track for track in Track.objects.all() if (track.space.owner if track.space else track.owner) == person
        ]
        assert used(person) == size_of(*theirs)
    for track in Track.objects.exclude(space=None):
        assert SpaceMember.objects.filter(space=track.space, person=track.owner).exists()


def replace(track: Track, *, tone) -> Track:
    with tone.open("rb") as audio:
        return services.replace_audio(track=track, audio=File(audio, name="tone.wav"), at=timezone.now())


def assert_pair_ends(pair: tuple[int, int], *, people: tuple[User, User, User], join, upload, tone) -> None:
    """Let these two of the moves begin at the same moment: neither is refused but by a rule, and all is right after."""
    (owner, second, editor), at = people, timezone.now()
    space, other = (social.create_space(owner=owner, name=name, at=at) for name in ("One", "Other"))
    join(space, second, "owner")
    join(space, editor, "editor")
    join(other, editor, "editor")
    theirs, mine = upload(editor, title="Night", space_id=space.pk), upload(owner, title="Night")
    moves = (
        partial(services.move_track, track=theirs, space_id=other.pk, by=editor, at=at),
        partial(social.remove_member, space=space, by=owner, person=editor, at=at),
        partial(social.remove_member, space=space, by=owner, person=owner, at=at),
        partial(social.delete_space, space=space, by=second, to=social.Destination(person_id=second.pk), at=at),
        partial(replace, theirs, tone=tone),
        partial(services.move_track, track=theirs, space_id=None, by=editor, at=at),
        partial(services.move_track, track=mine, space_id=space.pk, by=owner, at=at),
        partial(social.delete_space, space=space, by=owner, to=social.Destination(space_id=other.pk), at=at),
        partial(services.purge_track, track_id=theirs.pk, reason="test", at=at),
    )
    assert len(moves) == MOVES
    results = race(*(moves[n] for n in pair))
    assert strays(results) == [], pair
    assert not any(isinstance(result, OverQuota) for result in results)
    assert_consistent()
    for track in Track.objects.all():
        services.purge_track(track_id=track.pk, reason="test", at=at)
    Space.objects.all().delete()
    assert not Sound.objects.exists()
