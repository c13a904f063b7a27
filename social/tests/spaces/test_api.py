"""The shape of the answers, and who gets them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import suspend_user
from config.lib.testing import emitted
from social import services
from social.models import SpaceInvitation

pytestmark = pytest.mark.django_db

SPACES = "/api/v1/spaces/"


@pytest.fixture
def path(space):
    return f"{SPACES}{space.pk}/"


def without_ids(answer, number: object) -> tuple[int, bytes]:
    body = re.sub(rb'"request_id":"[^"]+"', b"", answer.content)
    return answer.status_code, body.replace(f"/{number}/".encode(), b"/{id}/")


def test_a_space_is_made_read_changed_and_deleted(sign_in, owner):
    api = sign_in(owner)
    answer = api.post(SPACES, {"name": "Small hours", "description": "For two"})
    made = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"{SPACES}{made['id']}/"
    assert {name: made[name] for name in ("kind", "name", "description", "name_public", "role")} == {
        "kind": "space", "name": "Small hours", "description": "For two", "name_public": False, "role": "owner",
    }  # fmt: skip
    assert made["owner"]["username"] == "owner"
    assert api.get(answer["Location"]).json() == made
    assert api.patch(answer["Location"], {"name": "Late hours"}).json()["name"] == "Late hours"
    assert [space["name"] for space in api.get(SPACES).json()["results"]] == ["Late hours"]
    assert api.delete(answer["Location"]).status_code == 204
    api.problem(api.get(answer["Location"]), status=404, code="not_found")


def test_a_space_needs_a_name_and_no_unknown_field(sign_in, owner):
    api = sign_in(owner)
    for body in ({}, {"name": ""}, {"name": "x" * 61}, {"name": "x", "colour": "red"}):
        api.problem(api.post(SPACES, body), status=400, code="invalid")


def test_the_same_key_makes_one_space(sign_in, owner):
    api = sign_in(owner)
    answers = [api.post(SPACES, {"name": "Once"}, HTTP_IDEMPOTENCY_KEY="one") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(api.get(SPACES).json()["results"]) == 1


def test_strangers_cannot_tell_a_space_from_one_that_never_was(sign_in, stranger, path, space, invite):
    invitation, _ = invite(email="somebody@example.org")
    api, never = sign_in(stranger), space.pk + 1000
    calls = [
        (method, f"{SPACES}{{}}/{rest}")
        for method, rest in (
            ("get", ""), ("patch", ""), ("delete", ""), ("get", "members/"), ("patch", "members/owner/"),
            ("delete", "members/owner/"), ("get", "invitations/"), ("post", "invitations/"), ("get", "tracks/"),
        )
    ]  # fmt: skip
    for method, address in calls:
        answers = [without_ids(getattr(api, method)(address.format(pk)), pk) for pk in (space.pk, never)]
        assert answers[0] == answers[1], address
        assert answers[0][0] == 404
    address = "/api/v1/invitations/{}/"
    answers = [without_ids(api.delete(address.format(pk)), pk) for pk in (invitation.pk, 999)]
    assert answers[0] == answers[1]


def test_members_read_and_only_managers_write(sign_in, cast, path):
    for role, person in cast.items():
        api = sign_in(person)
        assert api.get(path).json()["role"] == role
        assert len(api.get(f"{path}members/").json()["results"]) == 5
        manages = role in {"admin", "owner"}
        assert api.patch(path, {"description": "x"}).status_code == (200 if manages else 403)
        assert api.get(f"{path}invitations/").status_code == (200 if manages else 403)
        wish = {"email": f"{role}-friend@example.org", "role": "viewer"}
        assert api.post(f"{path}invitations/", wish).status_code == (201 if manages else 403)


def test_a_role_is_changed_and_the_last_owner_is_named(sign_in, cast, path, owner):
    api = sign_in(owner)
    answer = api.patch(f"{path}members/viewer/", {"role": "admin"})
    assert (answer.status_code, answer.json()["role"]) == (200, "admin")
    assert api.patch(f"{path}members/{cast['viewer'].pk}/", {"role": "viewer"}).json()["role"] == "viewer"
    api.problem(api.patch(f"{path}members/owner/", {"role": "admin"}), status=409, code="last_owner")
    api.problem(api.delete(f"{path}members/owner/"), status=409, code="last_owner")
    admin = sign_in(cast["admin"])
    body = admin.problem(admin.delete(f"{path}members/owner/"), status=403, code="role_too_low")
    assert body["role"] == "admin"
    api.problem(api.patch(f"{path}members/nobody/", {"role": "admin"}), status=404, code="not_found")
    api.problem(api.patch(f"{path}members/viewer/", {"role": "king"}), status=400, code="invalid")
    assert api.delete(f"{path}members/viewer/").status_code == 204
    api.problem(api.delete(f"{path}members/viewer/"), status=404, code="not_found")


def test_who_lowers_themselves_reads_what_they_are(sign_in, cast, path):
    api = sign_in(cast["admin"])
    assert api.patch(f"{path}members/admin/", {"role": "viewer"}).json()["role"] == "viewer"
    assert api.delete(f"{path}members/admin/").status_code == 204


def test_members_see_each_other_across_blocks_and_nobody_sees_who_is_suspended(sign_in, cast, path, owner, at):
    services.block_user(blocker=cast["viewer"], blocked=cast["editor"], at=at)
    names = {row["user"]["username"] for row in sign_in(cast["editor"]).get(f"{path}members/").json()["results"]}
    assert names == set(cast)
    suspend_user(user=cast["viewer"], reason="spam", at=at)
    assert len(sign_in(owner).get(f"{path}members/").json()["results"]) == 4


def test_an_invitation_is_listed_for_both_sides_and_answered(sign_in, owner, stranger, path):
    api, invited = sign_in(owner), sign_in(stranger)
    with emitted() as events:
        answer = api.post(f"{path}invitations/", {"username": "stranger", "role": "commenter"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["role"], made["user"]["username"], made["email"]) == ("commenter", "stranger", None)
    assert len(events) == 1
    for listed in (api.get(f"{path}invitations/"), invited.get("/api/v1/me/invitations/")):
        assert listed.json()["results"] == [made]
    accepted = invited.post(f"/api/v1/invitations/{made['id']}/accept/")
    assert (accepted.status_code, accepted.json()["role"]) == (200, "commenter")
    assert invited.get("/api/v1/me/invitations/").json()["results"] == []
    again = invited.post(f"/api/v1/invitations/{made['id']}/accept/")
    invited.problem(again, status=404, code="invitation_invalid")


def test_those_to_my_confirmed_address_are_mine(sign_in, stranger, make_user, invite):
    invitation, _ = invite(email="STRANGER@example.org")
    listed = sign_in(stranger).get("/api/v1/me/invitations/").json()["results"]
    assert [(row["id"], row["email"]) for row in listed] == [(invitation.pk, "stranger@example.org")]
    assert sign_in(make_user("other")).get("/api/v1/me/invitations/").json()["results"] == []
    answer = sign_in(stranger).post(f"/api/v1/invitations/{invitation.pk}/decline/")
    assert (answer.status_code, SpaceInvitation.objects.count()) == (204, 0)


def test_an_invitation_is_taken_back_by_who_manages_not_by_whom_it_is_for(sign_in, owner, stranger, invite):
    invitation, _ = invite(stranger)
    address = f"/api/v1/invitations/{invitation.pk}/"
    api = sign_in(stranger)
    api.problem(api.delete(address), status=403, code="permission_denied")
    assert sign_in(owner).delete(address).status_code == 204
    sign_in(owner).problem(sign_in(owner).delete(address), status=404, code="not_found")


def test_who_blocks_is_asked_like_nobody_and_an_address_tells_nothing(sign_in, owner, stranger, make_user, path, at):
    """By name: as absent as a name that nobody has. By address: as invited as an address that nobody has."""
    api = sign_in(owner)
    services.block_user(blocker=stranger, blocked=owner, at=at)
    suspend_user(user=make_user("gone"), reason="spam", at=at)
    answers = [api.post(f"{path}invitations/", {"username": name}) for name in ("stranger", "gone", "nobody")]
    assert {without_ids(answer, 0) for answer in answers} == {without_ids(answers[2], 0)}
    assert answers[2].status_code == 404
    for name in ("stranger", "gone", "nobody"):
        answer = api.post(f"{path}invitations/", {"email": f"{name}@example.org"})
        assert (answer.status_code, answer.json()["user"]) == (201, None)
    assert sign_in(stranger).get("/api/v1/me/invitations/").json()["results"] == []


def test_who_is_in_is_said_to_be_in_even_across_a_block(sign_in, owner, cast, path, at):
    services.block_user(blocker=cast["viewer"], blocked=owner, at=at)
    api = sign_in(owner)
    api.problem(api.post(f"{path}invitations/", {"username": "viewer"}), status=409, code="already_member")


def test_an_invitation_names_one_and_asks_nobody_to_own(sign_in, owner, path):
    api = sign_in(owner)
    both, own = {"username": "a", "email": "a@example.org"}, {"email": "a@example.org", "role": "owner"}
    for wish in ({}, both, own, {"email": "none"}):
        api.problem(api.post(f"{path}invitations/", wish), status=400, code="invalid")


def test_invitations_have_a_budget_of_their_own(sign_in, owner, path, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "invitations": "2/day"}
    api = sign_in(owner)
    codes = [api.post(f"{path}invitations/", {"email": f"{n}@example.org"}).status_code for n in "abc"]
    assert codes == [201, 201, 429]


def test_no_program_lets_anybody_in_or_out(personal_token, api, owner, stranger, path, invite):
    _, token = invite(stranger)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {personal_token(owner, 'read', 'write')}")
    for method, address in (
        ("post", f"{path}invitations/"),
        ("delete", f"{path}members/owner/"),
        ("post", f"/api/v1/invitations/{token}/accept/"),
        ("delete", path),
    ):
        api.problem(getattr(api, method)(address), status=403, code="person_needed")
    assert api.get(path).status_code == 200


@pytest.mark.parametrize("rest", ["", "members/", "invitations/"])
def test_lists_cost_the_same_for_one_row_as_for_three(sign_in, owner, space, make_user, join, invite, at, rest):
    address = f"{SPACES}{space.pk}/{rest}" if rest else SPACES
    api = sign_in(owner)

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = api.get(address).json()["results"]
        return len(rows), len(queries)

    invite(email="first@example.org")
    before = cost()
    for n in range(2):
        services.create_space(owner=owner, name="another", at=at)
        join(space, make_user(f"member-{n}"), "viewer")
        invite(email=f"{n}@example.org")
    assert (before[0], cost()) == (1, (3, before[1]))
