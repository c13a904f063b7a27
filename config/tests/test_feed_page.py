"""The home page of somebody who is signed in begins with what those whom they follow did."""

import pytest
from django.utils import timezone

from config.tests.test_pages import browser
from discovery.tests.test_api import publish
from social.services import follow_user

__all__ = ["browser"]

pytestmark = pytest.mark.django_db


def test_home_begins_with_the_feed_of_who_is_signed_in(owner, stranger, make_user, browser):
    at, fan = timezone.now(), make_user("fan")
    follow_user(follower=fan, followed=owner, at=at)
    track = publish(owner, at)
    publish(stranger, at)
    shown = browser(fan).get("/").content.decode()
    section = shown.partition("From people you follow")[2].partition('aria-labelledby="newest"')[0]
    assert f"/owner/{track.permalink}/" in section
    assert "/stranger/" not in section
    for person in (None, stranger):
        assert "From people you follow" not in browser(person).get("/").content.decode()
