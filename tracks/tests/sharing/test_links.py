"""What a link is, who makes and deletes it, and what the owner reads of it: of every kind."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.lib.secrets import derived_key
from config.lib.testing import emitted
from config.lib.viewer import Viewer, digest_secret
from social.choices import SpaceRole
from social.services import RoleTooLow
from tracks.sharing import services
from tracks.sharing.cards import share_link_card, share_url
from tracks.sharing.choices import Permission
from tracks.sharing.queries import ShareLinkAbsent, find_own
from tracks.sharing.serializers import ShareLinkCard
from tracks.tests.sharing.conftest import again, delete, found, path_of, person, token_of, use

pytestmark = pytest.mark.django_db


def test_the_table_alone_opens_nothing(kind, make_link):
    link = make_link(password="open sesame")
    token, row = token_of(link), kind.links.objects.filter(pk=link.pk).values().get()
    assert len(token) == 32
    assert not [value for value in row.values() if token in str(value) or "sesame" in str(value)]
    assert row["token_digest"] == digest_secret(token)


def test_a_link_whose_key_is_gone_is_not_shown_and_works_on(make_link, settings):
    link = make_link()
    settings.SECRET_KEY = derived_key("another", purpose="test").hex()
    settings.SECRET_KEY_FALLBACKS = []
    assert share_url(link.sealed_token) is None
    assert use(link).permission == "listen"


def test_the_card_and_its_declaration_have_the_same_keys(kind, make_link):
    make_link()
    card = share_link_card(kind.links.objects.for_card().get())
    assert set(card) == set(ShareLinkCard().fields)
    assert (card["kind"], card["uses"], card["has_password"]) == ("share_link", 0, False)


def test_it_ends_at_a_moment_to_come(kind, make_link, at):
    with pytest.raises(services.ExpiryNotAhead):
        make_link(expires_at=at)
    assert not kind.links.objects.exists()


def test_no_more_than_so_many_at_once(make_link, monkeypatch):
    monkeypatch.setattr("tracks.sharing.services.making.LINKS_MOST", 2)
    first, _ = make_link(), make_link()
    with pytest.raises(services.TooManyShareLinks):
        make_link()
    delete(first)
    make_link()


def test_of_what_is_in_the_trash_none_is_made_or_deleted(make_link, thing, trash):
    link = make_link()
    trash(thing)
    with pytest.raises(type(thing).DoesNotExist):
        make_link()
    with pytest.raises(type(thing).DoesNotExist):
        delete(link)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_uses": 0},
        {"max_uses": 2, "uses": 3},
        {"permission": "own"},
        {"label": ""},
        {"expires_at": "created_at"},
    ],
)
def test_the_database_keeps_what_holds_for_ever(kind, make_link, wrong):
    link = make_link()
    wrong = {name: link.created_at if value == "created_at" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        kind.links.objects.filter(pk=link.pk).update(**wrong)


def test_deleting_twice_is_once_and_gives_the_picture_of_what_is_hidden_a_new_name(kind, make_link, withdrawn):
    link = make_link()
    use(link)
    with emitted() as events:
        delete(link)
        delete(link)
    assert [type(event) for event in events] == [withdrawn]
    assert not kind.links.objects.exists()


@pytest.mark.parametrize(("visibility", "was_opened"), [("private", False), ("public", True), ("unlisted", True)])
def test_deleting_what_nobody_came_by_withdraws_nothing(owner, make_thing, make_link, visibility, was_opened):
    link = make_link(to=make_thing(owner, visibility=visibility))
    if was_opened:
        use(link)
    with emitted() as events:
        delete(link)
    assert events == []


# Role in the space -> whether links are theirs to make and delete.
@pytest.mark.parametrize("role", ["owner", "admin", "editor", "commenter", "viewer"])
def test_in_a_space_its_editors_hand_out_links(kind, make_thing, space, cast, role, at, make_link):
    shared = make_thing(cast["owner"], space_id=space.pk)
    link, user = make_link(to=shared), cast[role]
    may = SpaceRole(role).reaches(SpaceRole.EDITOR)
    wish = {"kind": kind, "thing": shared, "by": user, "wish": services.Wish(label="Mine"), "at": at}
    if may:
        services.make_share_link(**wish)
        own, thing = find_own(link.pk, viewer=person(user))
        services.delete_share_link(found=own, thing=thing, by=user)
        return
    with pytest.raises(RoleTooLow):
        services.make_share_link(**wish)
    with pytest.raises(RoleTooLow):
        services.delete_share_link(found=found(link), thing=shared, by=user)
    with pytest.raises(ShareLinkAbsent):
        find_own(link.pk, viewer=person(user))


def test_a_grant_makes_nobody_an_owner_of_links(owner, make_link, stranger):
    link = make_link(permission="download")
    viewer = Viewer(user=stranger, grant=found(link).grant)
    with pytest.raises(ShareLinkAbsent):
        find_own(link.pk, viewer=viewer)
    with pytest.raises(ShareLinkAbsent):
        find_own(link.pk + 1, viewer=person(owner))


def test_links_go_with_what_they_lead_to(kind, make_link, thing, purge):
    make_link()
    purge(thing)
    assert not kind.links.objects.exists()


@pytest.mark.parametrize(
    ("held", "needed", "reaches"),
    [
        ("listen", "listen", True),
        ("listen", "comment", False),
        ("comment", "listen", True),
        ("comment", "download", False),
        ("download", "comment", True),
    ],
)
def test_each_permission_includes_those_before_it(held, needed, reaches):
    assert Permission(held).reaches(Permission(needed)) == reaches


# --- the API ---------------------------------------------------------------------------------------------------------


def test_what_is_made_is_listed_newest_first_with_its_address(owner, thing, sign_in, at):
    client, path = sign_in(owner), f"{path_of(thing)}share-links/"
    ends = (at + timedelta(days=1)).replace(microsecond=0)
    wish = {"label": "For Ida", "permission": "comment", "expires_at": ends, "max_uses": 3, "password": " two words "}
    made = client.post(path, wish)
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    body = made.json()
    assert body["url"].startswith("http://earshot.test/s/")
    assert body["has_password"]
    assert "password" not in body
    assert client.post(path, {"label": "For all"}).status_code == 201
    answer = client.get(path)
    assert answer["Cache-Control"] == "no-store"
    assert [link["label"] for link in answer.json()["results"]] == ["For all", "For Ida"]
    assert answer.json()["results"][1] == body


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"label": " "}, "label"),
        ({"label": "x" * 101}, "label"),
        ({"permission": "own"}, "permission"),
        ({"max_uses": 0}, "max_uses"),
        ({"max_uses": 10**7}, "max_uses"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"password": "x" * 129}, "password"),
        ({"uses": 3}, "uses"),
    ],
)
def test_what_makes_no_link_is_refused_and_changes_nothing(kind, owner, thing, sign_in, wrong, field):
    client = sign_in(owner)
    answer = client.post(f"{path_of(thing)}share-links/", {"label": "For Ida", **wrong})
    assert [error["field"] for error in client.problem(answer, status=400, code="invalid")["errors"]] == [field]
    assert not kind.links.objects.exists()


def test_a_moment_that_is_over_is_refused(owner, thing, sign_in, at):
    client = sign_in(owner)
    answer = client.post(f"{path_of(thing)}share-links/", {"label": "Late", "expires_at": at})
    client.problem(answer, status=400, code="expiry_not_ahead")


def test_the_list_takes_as_many_queries_for_many_links_as_for_one(owner, thing, sign_in, make_link):
    client, path, counts = sign_in(owner), f"{path_of(thing)}share-links/", []
    for more in (1, 9):
        for _ in range(more):
            make_link()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_link_is_deleted_by_its_id_and_is_absent_for_everybody_else(owner, stranger, sign_in, make_link):
    link = make_link()
    path = f"/api/v1/share-links/{link.pk}/"
    assert sign_in(stranger).delete(path).status_code == 404
    assert again(link)
    assert sign_in(owner).delete(path).status_code == 204
    assert sign_in(owner).delete(path).status_code == 404


def test_a_link_names_itself_without_its_secrets(make_link):
    link = make_link(permission="comment")
    assert str(link) == f"link {link.pk} (comment)"
