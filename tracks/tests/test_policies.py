"""Who may do what with a track already seen; no database is asked."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from tracks.choices import Audience
from tracks.models import Track
from tracks.policies import can_download_track, can_edit_track, can_hear_track

OWNER, STRANGER, NOBODY = User(pk=1), User(pk=2), AnonymousUser()
STAFF = User(pk=3, is_staff=True, is_superuser=True)


@pytest.mark.parametrize(
    ("user", "allowed"),
    [(OWNER, True), (STRANGER, False), (STAFF, False), (NOBODY, False)],
    ids=["owner", "stranger", "staff", "nobody"],
)
def test_only_the_owner_edits(user, allowed):
    assert can_edit_track(user, Track(owner_id=1)) is allowed


@pytest.mark.parametrize(
    ("user", "downloadable", "audience", "allowed"),
    [
        (OWNER, False, Audience.SUBSCRIBERS, True),
        (STRANGER, True, Audience.EVERYONE, True),
        (STRANGER, False, Audience.EVERYONE, False),
        (STRANGER, True, Audience.SUBSCRIBERS, False),
        (STAFF, False, Audience.EVERYONE, False),
        (NOBODY, True, Audience.EVERYONE, False),
    ],
)
def test_the_original_is_the_owners_and_theirs_to_offer(user, downloadable, audience, allowed):
    assert can_download_track(user, Track(owner_id=1, downloadable=downloadable, audience=audience)) is allowed


@pytest.mark.parametrize(
    ("user", "audience", "allowed"),
    [
        (OWNER, Audience.EVERYONE, True),
        (STRANGER, Audience.EVERYONE, True),
        (NOBODY, Audience.EVERYONE, True),
        (OWNER, Audience.SUBSCRIBERS, True),
        (STRANGER, Audience.SUBSCRIBERS, False),
        (STAFF, Audience.SUBSCRIBERS, False),
        (NOBODY, Audience.SUBSCRIBERS, False),
    ],
)
def test_what_is_kept_for_subscribers_only_its_owner_hears(user, audience, allowed):
    assert can_hear_track(user, Track(owner_id=1, audience=audience)) is allowed
