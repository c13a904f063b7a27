"""Pictures of people on pages: in the header, on a profile, beside tracks, in the settings."""

import io

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.authentication import ACCESS_COOKIE
from accounts.choices import Slot
from accounts.models import User
from accounts.services import remove_picture, set_picture
from accounts.services.sessions import Device, open_session
from config.tests.markup import Markup, assert_tame

pytestmark = pytest.mark.django_db


@pytest.fixture
def faced(owner) -> User:
    """Somebody with both pictures."""
    sink = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(sink, "PNG")
    for slot in Slot:
        with ContentFile(sink.getvalue(), name="face.png") as image:
            set_picture(user=owner, slot=slot, image=image, at=timezone.now())
    return User.objects.get(pk=owner.pk)


def browser(user: User) -> Client:
    page = Client()
    device = Device(user_agent="Firefox/1 Linux", address="192.0.2.7")
    page.cookies[ACCESS_COOKIE] = open_session(user=user, device=device, at=timezone.now()).access
    return page


def test_a_profile_shows_both_pictures_from_this_host(faced):
    answer = Client().get("/owner/")
    assert_tame(answer)
    sources = set(Markup(answer).values("src"))
    assert {f"/files/{faced.avatar.key}/thumb.webp", f"/files/{faced.header.key}/large.webp"} <= sources


def test_without_pictures_the_first_letter_stands_there(owner):
    assert 'aria-hidden="true">O</span>' in Client().get("/owner/").content.decode()


def test_a_face_stands_beside_the_tracks_and_in_the_header(faced, make_track):
    make_track(faced, title="Tide")
    thumb = f"/files/{faced.avatar.key}/thumb.webp"
    assert thumb in Markup(Client().get("/owner/tide/")).values("src")
    assert thumb in Markup(Client().get("/")).values("src")
    assert thumb in Markup(browser(faced).get("/upload/")).values("src")


def test_the_settings_show_what_is_there_and_offer_to_remove_it(faced):
    answer = browser(faced).get("/settings/")
    assert_tame(answer)
    text = answer.content.decode()
    assert f"/files/{faced.avatar.key}/medium.webp" in text
    assert 'data-picture="header"' in text
    assert text.count("data-remove hidden") == 0
    remove_picture(user=faced, slot=Slot.HEADER)
    assert browser(faced).get("/settings/").content.decode().count("data-remove hidden") == 1


def test_a_profile_costs_no_query_for_its_pictures(owner, faced, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as costly:
        Client().get("/owner/")
    for slot in Slot:
        remove_picture(user=faced, slot=slot)
    with django_assert_max_num_queries(10) as plain:
        Client().get("/owner/")
    assert len(costly) == len(plain)
