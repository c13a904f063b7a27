"""What a person writes about themselves, and the numbers beside it."""

import pytest

from accounts import services
from accounts.cards import USER_CARD_COLUMNS, own_account, user_card
from accounts.models import Session, User, UserCounts, UsernameClaim
from accounts.serializers import OwnAccount, UserCard
from accounts.services.profiles import update_profile

pytestmark = pytest.mark.django_db


def test_only_the_fields_that_are_named_change(owner):
    update_profile(user=owner, changes={"bio": "Slow music.", "city": "Oslo"})
    owner.refresh_from_db()
    assert (owner.bio, owner.city, owner.display_name) == ("Slow music.", "Oslo", "")


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "username", "email", "password", "verified_at", "id"])
def test_what_is_not_of_the_profile_cannot_be_written_through_it(owner, field):
    with pytest.raises(ValueError, match=field):
        update_profile(user=owner, changes={field: "1"})


def test_counts_move_by_the_number_given_and_none_is_no_query(owner, stranger, django_assert_num_queries):
    services.add_tracks(user_id=owner.pk, n=3)
    services.add_tracks(user_id=owner.pk, n=-1)
    assert UserCounts.objects.get(user=owner).tracks == 2
    assert UserCounts.objects.get(user=stranger).tracks == 0
    with django_assert_num_queries(0):
        services.add_tracks(user_id=owner.pk, n=0)


def test_the_card_and_its_declaration_have_the_same_keys_and_types(owner):
    row = User.objects.get_queryset().values(*USER_CARD_COLUMNS).get()
    for card, declared in ((user_card(row), UserCard), (own_account(owner), OwnAccount)):
        assert list(card) == list(declared().fields)
        # Every value passes through its declared field unchanged: the type is the one that is promised.
        serializer = declared(card)
        for name, value in card.items():
            shown = serializer.data[name]
            assert shown == value or name == "created_at", name
            assert type(shown) is type(value) or name == "created_at", name


def test_a_card_says_nothing_that_only_the_person_may_know(owner):
    card = user_card(User.objects.get_queryset().values(*USER_CARD_COLUMNS).get())
    assert owner.email not in str(card)
    assert set(card) == {"id", "kind", "username", "display_name", "role", "permalink_url"}


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
