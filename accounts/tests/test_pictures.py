"""PUT and DELETE me/avatar/ and me/header/, and where the pictures are seen."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts import services
from accounts.choices import Slot
from accounts.custody import SHELVES
from accounts.events import ProfileUpdated
from accounts.frames import profile
from accounts.leaving.services import leave
from accounts.models import Picture, User
from accounts.services import pictures
from config.lib import storage
from config.lib.custody.reconciling import only_look, reconcile
from config.lib.pictures.images import VARIANTS
from config.lib.testing import Api, emitted, race
from config.models import Removal
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

SIZES = ("thumb", "medium", "large")


def png(color: str = "red") -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (40, 20), color).save(sink, "PNG")
    return sink.getvalue()


def file(content: bytes = b"", name: str = "face.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or png())


def give(user: User, slot: Slot = Slot.AVATAR, color: str = "red") -> User:
    return services.set_picture(user=user, slot=slot, image=file(png(color)), at=timezone.now())


def stored(root: str = Picture.ROOT) -> set[str]:
    """The keys of what is stored of people."""
    return {found.key for found in storage.walk(root)}


def owned() -> set[str]:
    return {f"{picture.folder}/{name}" for picture in Picture.objects.all() for name in VARIANTS}


def shown(url: str):
    """What anybody gets at the address of a picture."""
    return Api().get(url.removeprefix("http://earshot.test"))


@pytest.fixture(autouse=True)
def own_storage(settings, tmp_path):
    """Nothing of other tests is stored here."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def put(sign_in, owner):
    """Sends a picture, as the owner."""
    client = sign_in(owner)
    return lambda slot, content=b"", **form: client.put(
        f"/api/v1/me/{slot}/", form or {"image": file(content)}, format="multipart"
    )


@pytest.mark.parametrize("slot", Slot)
def test_a_picture_is_seen_at_once_by_everybody(put, owner, slot):
    with emitted() as events:
        answer = put(slot)
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    picture = answer.json()[slot]
    assert picture["color"].startswith("#f")
    assert picture["placeholder"].startswith("data:image/webp;base64,")
    for size in SIZES:
        seen = shown(picture[size])
        assert (seen.status_code, seen["Content-Type"]) == (200, "image/webp")
        assert seen["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Api().get("/api/v1/users/owner/").json()[slot] == picture
    other = (set(Slot) - {slot}).pop()
    assert answer.json()[other] is None
    assert events == [ProfileUpdated(user_id=owner.pk, fields=[slot])]
    assert profile(events[0]) == {"type": "profile_updated", "fields": [slot]}
    assert stored() == owned()


def test_one_reads_ones_own_pictures_and_lists_show_the_avatar(put, sign_in, owner):
    avatar, header = put("avatar").json()["avatar"], put("header", png("blue")).json()["header"]
    me = sign_in(owner).get("/api/v1/me/").json()
    assert (me["avatar"], me["header"]) == (avatar, header)
    [card] = Api().get("/api/v1/users/").json()["results"]
    assert card["avatar"] == avatar
    assert "header" not in card


def test_another_picture_takes_its_place_and_the_old_address_opens_nothing(put, django_capture_on_commit_callbacks):
    old = put("avatar").json()["avatar"]["thumb"]
    with django_capture_on_commit_callbacks(execute=True):
        new = put("avatar", png("green")).json()["avatar"]["thumb"]
    assert [shown(url).status_code for url in (old, new)] == [404, 200]
    assert shown(old)["Cache-Control"] == "no-store"
    assert stored() == owned()
    assert [removal.reason for removal in Removal.objects.all()] == ["replaced"]


def test_a_picture_is_taken_away_once(put, sign_in, owner, django_capture_on_commit_callbacks):
    put("header")
    with emitted() as events, django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert sign_in(owner).delete("/api/v1/me/header/").status_code == 204
    assert events == [ProfileUpdated(user_id=owner.pk, fields=["header"])]
    assert stored() == owned() == set()
    assert [(removal.reason, removal.by) for removal in Removal.objects.all()] == [("removed", f"user:{owner.pk}")]


def test_a_picture_that_is_not_taken_says_why_and_leaves_the_old_one(put, sign_in, owner):
    before = put("avatar").json()["avatar"]
    problem = Api().problem(put("avatar", b"GIF89a" + bytes(40)), status=400, code="picture_refused")
    assert problem["reason"] == "it is not a JPEG, PNG or WebP file."
    assert sign_in(owner).get("/api/v1/me/").json()["avatar"] == before
    assert stored() == owned()


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"image": "just text"}, ("image", "invalid")),
        ({"title": "no picture"}, ("image", "required")),
        ({"image": file(), "title": "Mine"}, ("title", "unknown")),
    ],
)
def test_a_form_that_is_wrong_says_where(put, form, complaint):
    problem = Api().problem(put("avatar", **form), status=400, code="invalid")
    assert complaint in {(error["field"], error["code"]) for error in problem["errors"]}


def test_the_pictures_of_a_suspended_person_open_nothing_until_they_are_back(owner):
    url = f"/files/{give(owner).avatar.key}/thumb.webp"
    give(owner, Slot.HEADER)
    services.suspend_user(user=owner, reason="spam", at=timezone.now())
    gone = shown(url)
    assert (gone.status_code, gone["Cache-Control"]) == (404, "no-store")
    services.lift_suspension(user=owner, at=timezone.now())
    assert shown(url).status_code == 200


def test_the_pictures_of_somebody_who_leaves_open_nothing(owner, rf):
    url = f"/files/{give(owner, Slot.HEADER).header.key}/large.webp"
    leave(request=rf.post("/"), user=owner, password=PASSWORD, at=timezone.now())
    assert shown(url).status_code == 404


def test_whoever_is_suspended_while_the_picture_is_decoded_gets_none_and_nothing_is_left(put, owner, monkeypatch):
    take = pictures.take_picture

    def slowly(image):
        services.suspend_user(user=owner, reason="spam", at=timezone.now())
        return take(image)

    monkeypatch.setattr(pictures, "take_picture", slowly)
    Api().problem(put("avatar"), status=401, code="authentication_failed")
    assert not Picture.objects.exists()
    assert stored() == set()


def test_a_picture_whose_row_was_not_written_is_not_kept(owner, monkeypatch):
    monkeypatch.setattr(pictures, "put_picture", lambda **_: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        give(owner)
    assert stored() == set()


def test_a_picture_that_is_nobodys_opens_nothing(owner):
    key = give(owner).avatar.key
    User.objects.get_queryset().update(avatar=None)
    assert shown(f"/files/{key}/thumb.webp").status_code == 404


def test_a_list_costs_the_same_queries_for_one_face_and_for_three(make_user, django_assert_num_queries, api):
    for name, queries in (("one", None), ("two", 0), ("three", 0)):
        give(make_user(name))
        with django_assert_num_queries(queries or 1):
            assert all(card["avatar"] for card in api.get("/api/v1/users/").json()["results"])


def test_what_is_lost_is_told_and_what_nobody_owns_too(owner):
    kept, told = give(owner).avatar, []
    default_storage.delete(f"{kept.folder}/medium.webp")
    default_storage.save("people/" + "0" * 32 + "/thumb.webp", file())
    found: dict = {"shelves": SHELVES, "act": only_look, "by": "test"}
    at = timezone.now()
    reconcile(**found, at=at, older_than=at - at, tell=lambda one: told.append(str(one)))
    assert any(line.startswith(f"missing  {kept.folder}/medium.webp -> restore") for line in told)
    assert any(line.startswith(f"orphan   people/{'0' * 32}") for line in told)


@pytest.mark.django_db(transaction=True)
def test_pictures_that_meet_leave_one(owner, default_plan, patient_locks):
    moves = [lambda color=color: give(owner, color=color) for color in ("red", "green", "blue")]
    moves += [lambda: services.remove_picture(user=owner, slot=Slot.AVATAR), lambda: give(owner, Slot.HEADER)]
    assert [result for result in race(*moves) if isinstance(result, Exception)] == []
    owner.refresh_from_db()
    assert Picture.objects.count() == 1 + (owner.avatar is not None)
    assert owner.header is not None
    assert stored() == owned()


def test_erasing_twice_is_once(owner):
    give(owner)
    give(owner, Slot.HEADER)
    for _ in range(2):
        pictures.erase_pictures(user_id=owner.pk)
    assert stored() == set()
    assert not Picture.objects.exists()
    assert {removal.reason for removal in Removal.objects.all()} == {"erased"}
    assert not User.objects.get_queryset().filter(avatar__isnull=False).exists()
