"""Who may join: everybody, whoever brings an invitation, nobody. An invitation admits so many and no more."""

import contextlib
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import services
from accounts.events import InviteEnded, InviteIssued
from accounts.models import Instance, Invite, User
from accounts.serializers import InviteCard, IssuedInvite
from config.lib.testing import emitted, race
from config.lib.viewer import digest_secret
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

REGISTER, INVITES = "/api/v1/auth/register/", "/api/v1/me/invites/"


@pytest.fixture
def door():
    """Sets who may join."""

    def set_to(registration: str, *, invites_a_month: int = 0) -> None:
        says = {"name": "Fjord", "terms_version": "1", "registration": registration}
        Instance.objects.update_or_create(id=1, defaults={**says, "invites_a_month": invites_a_month})

    return set_to


@pytest.fixture
def make_invite(owner, at):
    def make(**wish) -> tuple[Invite, str]:
        return services.issue_invite(made_by=owner, **({"at": at, "expires_at": at + timedelta(days=1)} | wish))

    return make


def join(name: str = "newcomer", invite: str | None = None, email: str = "") -> None:
    services.register(
        email=email or f"{name}@example.org",
        username=name,
        password=PASSWORD,
        terms_version="1",
        invite=invite,
        at=timezone.now(),
    )


def test_behind_a_closed_door_nobody_joins_whatever_they_bring(door, make_invite, api, registration, owner):
    door("closed")
    code = make_invite()[1]
    for change in ({}, {"invite": code}, {"email": owner.email}, {"username": "owner"}, {"terms_version": "0"}):
        api.problem(api.post(REGISTER, registration | change), status=403, code="registration_closed")
    assert User.objects.get_queryset().count() == 1
    assert Invite.objects.get().uses == 0


def test_where_an_invitation_is_needed_its_code_admits(door, make_invite, api, registration):
    door("invite")
    invite, code = make_invite()
    api.problem(api.post(REGISTER, registration), status=403, code="invite_required")
    answer = api.post(REGISTER, registration | {"invite": code})
    assert (answer.status_code, answer.content) == (202, b"")
    assert Invite.objects.get(pk=invite.pk).uses == 1


def test_before_an_open_door_an_invitation_is_neither_needed_nor_used(door, make_invite):
    code = make_invite()[1]
    join(invite=code)
    join("another", invite="whatever")
    assert Invite.objects.get().uses == 0


def use_up(invite: Invite, owner: User) -> None:
    join("first", invite=invite.code)


def end(invite: Invite, owner: User) -> None:
    services.end_invite(invite=invite, at=timezone.now())


def expire(invite: Invite, owner: User) -> None:
    Invite.objects.update(expires_at=timezone.now())


def suspend(invite: Invite, owner: User) -> None:
    services.suspend_user(user=owner, reason="", at=timezone.now())


@pytest.mark.parametrize("spoil", [use_up, end, expire, suspend, None])
def test_an_invitation_that_is_not_good_any_more_is_told_like_one_that_never_was(
    door, make_invite, owner, api, registration, spoil
):
    door("invite")
    invite, invite.code = make_invite()
    if spoil:
        spoil(invite, owner)
    code = invite.code if spoil else "never"
    body = api.problem(api.post(REGISTER, registration | {"invite": code}), status=403, code="invite_invalid")
    assert set(body) == {"type", "title", "status", "detail", "code", "instance", "request_id"}
    assert not User.objects.filter(username="newcomer").exists()


def test_a_registration_that_fails_gives_the_place_back(door, make_invite):
    door("invite")
    code = make_invite()[1]
    with pytest.raises(services.UsernameUnavailable):
        join("owner", invite=code)
    assert Invite.objects.get().uses == 0
    join(invite=code)


def test_an_address_that_is_taken_is_answered_like_a_fresh_one_and_takes_a_place_too(
    door, make_invite, owner, api, registration
):
    door("invite")
    code = make_invite(max_uses=2)[1]
    answers = [
        api.post(REGISTER, registration | {"invite": code} | change)
        for change in ({}, {"email": owner.email, "username": "another"})
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2
    assert Invite.objects.get().uses == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_at_once_an_invitation_admits_as_many_as_it_says(door, make_invite):
    door("invite")
    code = make_invite(max_uses=3)[1]
    results = race(*[partial(join, f"person-{letter}", code) for letter in "abcdefgh"])
    refused = [result for result in results if isinstance(result, services.InviteInvalid)]
    assert (results.count(None), len(refused)) == (3, 5), results
    assert Invite.objects.get().uses == 3


@pytest.mark.django_db(transaction=True)
def test_many_invitations_at_once_are_no_more_than_the_site_allows(door, owner, at):
    door("invite", invites_a_month=2)
    results = race(*[partial(services.invite_somebody, user=owner, at=at)] * 6)
    assert sum(isinstance(result, services.InvitesSpent) for result in results) == 4, results
    assert Invite.objects.count() == 2


def test_only_the_digest_of_a_code_is_kept(make_invite, owner):
    with emitted() as events:
        invite, code = make_invite()
    assert events == [InviteIssued(invite_id=invite.pk, by_id=owner.pk)]
    assert Invite.objects.get().digest == digest_secret(code)
    assert code not in str(Invite.objects.values().get())
    assert str(invite) == f"invite {invite.pk}"


def test_ending_twice_is_once_and_what_is_rolled_back_is_not_told(make_invite, at):
    invite, _ = make_invite()
    with emitted() as events, contextlib.suppress(ZeroDivisionError), transaction.atomic():
        services.end_invite(invite=invite, at=at)
        raise ZeroDivisionError
    assert events == []
    with emitted() as events:
        for _ in range(2):
            services.end_invite(invite=invite, at=at)
    assert events == [InviteEnded(invite_id=invite.pk)]


def test_people_invite_each_other_where_the_site_lets_them(door, owner, sign_in, api, registration):
    door("invite", invites_a_month=2)
    me = sign_in(owner)
    answer = me.post(INVITES, {"label": "My sister"})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    body = answer.json()
    assert list(body) == list(IssuedInvite().fields)
    assert body["url"] == f"http://earshot.test/join/#invite={body['code']}"
    assert (body["uses"], body["max_uses"], body["label"]) == (0, 1, "My sister")
    listed = me.get(INVITES)
    [card] = listed.json()["results"]
    assert list(card) == list(InviteCard().fields)
    assert body["code"] not in listed.content.decode()
    assert api.post(REGISTER, registration | {"invite": body["code"]}).status_code == 202
    assert me.get(INVITES).json()["results"] == []


def test_refusals_of_invitations_say_what_to_do(door, owner, sign_in):
    me = sign_in(owner)
    for registration, most in (("open", 5), ("closed", 5), ("invite", 0)):
        door(registration, invites_a_month=most)
        me.problem(me.post(INVITES, {}), status=403, code="invites_off")
    door("invite", invites_a_month=1)
    assert me.post(INVITES).status_code == 201
    me.problem(me.post(INVITES, {}), status=409, code="invites_spent")
    Invite.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert me.post(INVITES, {}).status_code == 201
    me.problem(me.post(INVITES, {"max_uses": 9}), status=400, code="invalid")


def test_one_ends_ones_own_invitations_and_sees_no_others(door, owner, stranger, sign_in):
    door("invite", invites_a_month=2)
    me, other = sign_in(owner), sign_in(stranger)
    address = f"{INVITES}{me.post(INVITES).json()['id']}/"
    other.problem(other.delete(address), status=404, code="not_found")
    assert other.get(INVITES).json()["results"] == []
    assert me.delete(address).status_code == 204
    me.problem(me.delete(address), status=404, code="not_found")


def test_staff_makes_an_invitation_for_many_and_reads_its_code_once(door, admin_client, admin_user, at):
    door("invite")
    day = (at + timedelta(days=3)).date()
    words = {"label": "The choir", "max_uses": 30, "expires_at_0": str(day), "expires_at_1": "12:00"}
    page = admin_client.post("/admin/accounts/invite/add/", words, follow=True).content.decode()
    invite = Invite.objects.get()
    assert (invite.made_by_id, invite.max_uses, invite.label) == (admin_user.pk, 30, "The choir")
    code = page.partition("shown this once: ")[2].partition("<")[0].strip()
    assert digest_secret(code) == invite.digest
    assert code not in admin_client.get("/admin/accounts/invite/").content.decode()


def test_staff_ends_anybodys_invitation_and_changes_none(make_invite, admin_client):
    invite, _ = make_invite()
    address = f"/admin/accounts/invite/{invite.pk}/"
    for path in (f"{address}change/", f"{address}delete/"):
        assert admin_client.post(path, {"post": "yes", "max_uses": 9}).status_code == 403
    admin_client.post("/admin/accounts/invite/", {"action": "end", "_selected_action": [invite.pk]})
    assert not Invite.objects.good(at=timezone.now()).exists()
