"""What a person writes about themselves, and the numbers beside it."""

import contextlib
import threading

import pytest
from django.db import connections, transaction

from accounts import services
from accounts.cards import USER_CARD_COLUMNS, USER_DETAIL_COLUMNS, own_account, user_card, user_detail
from accounts.events import BadgeGranted, BadgeWithdrawn, ProfileUpdated
from accounts.models import Session, User, UserCounts, UsernameClaim
from accounts.serializers import OwnAccount, UserCard, UserDetail
from accounts.services import popularity
from accounts.services.profiles import update_profile
from config.lib import advisory
from config.lib.testing import emitted
from config.models import DomainEvent

pytestmark = pytest.mark.django_db


def test_only_the_fields_that_are_named_change_and_those_that_did_are_told(owner):
    with emitted() as events:
        update_profile(user=owner, changes={"city": "Oslo", "bio": "Slow music.", "role": "listener"})
    owner.refresh_from_db()
    assert (owner.bio, owner.city, owner.display_name) == ("Slow music.", "Oslo", "")
    assert events == [ProfileUpdated(user_id=owner.pk, fields=["bio", "city"])]
    assert DomainEvent.objects.latest("pk").topics == [f"user:{owner.pk}"]


def test_a_change_that_changes_nothing_is_not_told(owner):
    update_profile(user=owner, changes={"bio": "Slow music."})
    with emitted() as events:
        update_profile(user=owner, changes={"bio": "Slow music."})
        update_profile(user=owner, changes={})
    assert events == []


def test_what_is_rolled_back_is_not_told(owner):
    with emitted() as events, contextlib.suppress(ZeroDivisionError), transaction.atomic():
        update_profile(user=owner, changes={"bio": "Slow music."})
        raise ZeroDivisionError
    owner.refresh_from_db()
    assert (owner.bio, events) == ("", [])


def test_listeners_become_artists_and_artists_stay(owner):
    for role in ("listener", "artist", "artist"):
        update_profile(user=owner, changes={"role": role})
    with emitted() as events, pytest.raises(services.ArtistsStay):
        update_profile(user=owner, changes={"role": "listener", "city": "Oslo"})
    owner.refresh_from_db()
    assert (owner.role, owner.city, events) == ("artist", "", [])


def test_the_tick_is_given_and_taken_once(owner, stranger):
    with emitted() as events:
        for act in (services.grant_badge, services.grant_badge, services.withdraw_badge, services.withdraw_badge):
            act(user=owner)
    assert events == [BadgeGranted(user_id=owner.pk), BadgeWithdrawn(user_id=owner.pk)]
    services.grant_badge(user=owner)
    people = User.objects.get_queryset().order_by("pk").values_list("verified_badge", flat=True)
    assert list(people) == [True, False]


def test_popularity_follows_the_followers_a_while_later(owner, stranger):
    UserCounts.objects.filter(user=owner).update(followers=3)
    assert services.refresh_popularity() == 1
    UserCounts.objects.filter(user=owner).update(followers=2)
    UserCounts.objects.filter(user=stranger).update(followers=7)
    assert services.refresh_popularity() == 2
    assert services.refresh_popularity() == 0
    assert list(User.objects.get_queryset().order_by("pk").values_list("popularity", flat=True)) == [2, 7]


@pytest.mark.django_db(transaction=True)
def test_popularity_is_left_to_whoever_is_at_it_already(owner):
    UserCounts.objects.filter(user=owner).update(followers=3)
    holding, refreshed = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                advisory.hold("accounts.refresh_popularity")
                holding.set()
                refreshed.wait(timeout=60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(timeout=60)
    assert services.refresh_popularity() == 0
    refreshed.set()
    thread.join()
    assert services.refresh_popularity() == 1


def test_popularity_is_refreshed_in_bites(owner, stranger, make_user, monkeypatch):
    monkeypatch.setattr(popularity, "BATCH", 2)
    UserCounts.objects.filter(user__in=[owner, stranger, make_user("fan")]).update(followers=1)
    assert services.refresh_popularity() == 3


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "username", "email", "password", "verified_at", "id"])
def test_what_is_not_of_the_profile_cannot_be_written_through_it(owner, field):
    with pytest.raises(ValueError, match=field):
        update_profile(user=owner, changes={field: "1"})


@pytest.mark.parametrize(("add", "column"), [(services.add_tracks, "tracks"), (services.add_playlists, "playlists")])
def test_counts_move_by_the_number_given_and_none_is_no_query(owner, stranger, django_assert_num_queries, add, column):
    add(user_id=owner.pk, n=3)
    add(user_id=owner.pk, n=-1)
    assert UserCounts.objects.values_list(column, flat=True).get(user=owner) == 2
    assert UserCounts.objects.values_list(column, flat=True).get(user=stranger) == 0
    with django_assert_num_queries(0):
        add(user_id=owner.pk, n=0)


def test_the_card_and_its_declaration_have_the_same_keys_and_types(owner):
    update_profile(user=owner, changes={"links": [{"title": "Home", "url": "https://example.org"}], "genres": ["dub"]})
    owner.refresh_from_db()
    row = User.objects.get_queryset().values(*USER_DETAIL_COLUMNS).get()
    for card, declared in (
        (user_card(row), UserCard),
        (user_detail(row), UserDetail),
        (user_detail(row | {"plan": "studio"}), UserDetail),
        (own_account(owner), OwnAccount),
    ):
        assert list(card) == list(declared().fields)
        # Every value passes through its declared field unchanged: the type is the one that is promised.
        serializer = declared(card)
        for name, value in card.items():
            shown = serializer.data[name]
            assert shown == value or name == "created_at", name
            assert isinstance(shown, type(value)) or name == "created_at", name


def test_a_card_says_nothing_that_only_the_person_may_know(owner):
    row = User.objects.get_queryset().values(*USER_DETAIL_COLUMNS).get()
    card = user_card(row)
    assert owner.email not in str(user_detail(row))
    assert set(card) == {"id", "kind", "username", "display_name", "role", "avatar", "permalink_url"}
    assert not set(user_detail(row)) & {"timezone", "locale", "messages_from", "likes_public", "terms_version"}


def test_a_card_reads_a_joined_row_by_its_prefix(owner):
    UsernameClaim.objects.get(name="owner")
    row = UsernameClaim.objects.values(*(f"user__{name}" for name in USER_CARD_COLUMNS)).get()
    assert user_card(row, "user__")["username"] == "owner"


def test_without_a_display_name_the_username_stands_there(owner):
    assert own_account(owner)["display_name"] == "owner"
    owner.display_name = "The Owner"
    assert own_account(owner)["display_name"] == "The Owner"
    assert own_account(owner)["permalink_url"] == "http://earshot.test/owner/"


def test_rows_name_themselves_where_staff_reads_them(owner, sign_in, session_of):
    sign_in(owner)
    session: Session = session_of(owner)
    named = (owner, owner.counts, UsernameClaim.objects.get(name="owner"), session)
    assert [str(row) for row in named] == ["owner", f"counts of {owner.pk}", "owner", f"session {session.pk}"]


def test_a_plan_is_given_by_its_code_and_twice_is_once(owner, stranger):
    assert owner.plan == ""
    assert services.set_plan(user_id=owner.pk, plan="studio")
    assert not services.set_plan(user_id=owner.pk, plan="studio")
    assert list(User.objects.get_queryset().order_by("pk").values_list("plan", flat=True)) == ["studio", ""]
    assert services.set_plan(user_id=owner.pk, plan="")
    assert not services.set_plan(user_id=owner.pk + 1_000, plan="studio")
