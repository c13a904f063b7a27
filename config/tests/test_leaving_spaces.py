"""Who is the last owner of a space hands it over before they go; the operator's word is stronger."""

from functools import partial

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts.leaving import services as leaving
from accounts.leaving.services.going import begin_leaving, ensure_owns_nothing_alone
from accounts.models import User
from config.lib.testing import race
from conftest import PASSWORD
from social import services as social
from social.choices import SpaceRole
from social.models import Space, SpaceMember


@pytest.fixture
def space(owner, stranger) -> Space:
    """The owner's, with the stranger in it."""
    at = timezone.now()
    made = social.create_space(owner=owner, name="Small hours", at=at)
    asked = social.invite_person(space=made, by=owner, person=stranger, role=SpaceRole.EDITOR, at=at)
    social.accept_invitation(word=str(asked.pk), user=stranger, at=at)
    return made


def hand_over(space: Space, *, by: User, to: User) -> None:
    social.change_role(space=space, by=by, person=to, role=SpaceRole.OWNER, at=timezone.now())


@pytest.mark.django_db
def test_the_last_owner_is_told_which_space_keeps_them_until_it_is_handed_over(space, owner, stranger, sign_in):
    api = sign_in(owner)
    alone = social.create_space(owner=owner, name="Alone", at=timezone.now())
    body = api.problem(api.delete("/api/v1/me/", {"password": PASSWORD}), status=409, code="still_owner")
    assert body["names"] == "Small hours, Alone"
    assert body["owned"] == [
        {"kind": "space", "id": space.pk, "name": "Small hours"},
        {"kind": "space", "id": alone.pk, "name": "Alone"},
    ]
    assert User.objects.get(pk=owner.pk).leaving_at is None
    hand_over(space, by=owner, to=stranger)
    social.delete_space(space=alone, by=owner, to=None, at=timezone.now())
    assert api.delete("/api/v1/me/", {"password": PASSWORD}).status_code == 202


@pytest.mark.django_db
def test_a_wrong_password_is_not_told_what_somebody_owns(space, owner, sign_in):
    api = sign_in(owner)
    api.problem(api.delete("/api/v1/me/", {"password": "wrong"}), status=403, code="confirmation_failed")


@pytest.mark.django_db
def test_an_owner_who_is_leaving_does_not_let_the_last_one_go(space, owner, stranger):
    hand_over(space, by=owner, to=stranger)
    begin_leaving(user=stranger, erase_at=timezone.now(), at=timezone.now())
    with pytest.raises(leaving.StillOwner), transaction.atomic():
        ensure_owns_nothing_alone(owner)
    with pytest.raises(social.LastOwner):
        social.remove_member(space=space, by=owner, person=owner, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_one_of_whom_leaves_the_site_and_one_the_space_one_stays(
    owner, stranger, make_user, default_plan, patient_locks
):
    at = timezone.now()

    def go(user: User) -> None:
        with transaction.atomic():
            ensure_owns_nothing_alone(user)
            begin_leaving(user=user, erase_at=at, at=at)

    for n in range(6):
        first, second = make_user(f"first-{n}"), make_user(f"second-{n}")
        space = social.create_space(owner=first, name="Pair", at=at)
        asked = social.invite_person(space=space, by=first, person=second, role=SpaceRole.EDITOR, at=at)
        social.accept_invitation(word=str(asked.pk), user=second, at=at)
        hand_over(space, by=first, to=second)
        other = (
            partial(go, second)
            if n % 2
            else partial(social.remove_member, space=space, by=second, person=second, at=at)
        )
        results = race(partial(go, first), other)
        refused = [result for result in results if isinstance(result, Exception)]
        assert [type(refusal) in {leaving.StillOwner, social.LastOwner} for refusal in refused] == [True]
        left = SpaceMember.objects.owners().filter(space=space, person__leaving_at=None)
        assert left.count() == 1


@pytest.mark.django_db
def test_the_operator_erases_a_last_owner_all_the_same(space, owner, stranger, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("erase_account", owner.username)
    assert [SpaceMember.objects.get().person, SpaceMember.objects.get().role] == [stranger, "owner"]
    assert Space.objects.get().owner == stranger
