"""What a personal token may do: every operation is in one scope or for people alone; what is in no table is refused."""

import pytest
import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import services
from accounts.models import Session, User
from config.lib.scopes import Scope
from config.lib.testing import Api
from config.tests.matrix import MATRIX
from config.tests.test_permissions import answer_in_passing, viewsets

pytestmark = pytest.mark.django_db

# Operations for people alone, beside those below /api/v1/auth/: what signs in, lets others in or out, or ends what
# people share, who somebody is, and what cannot be brought back.
FOR_PEOPLE = {
    "DELETE /api/v1/me/",
    "POST /api/v1/me/deletion-code/",
    "GET /api/v1/me/export/",
    "POST /api/v1/me/export/",
    "PUT /api/v1/me/username/",
    "GET /api/v1/me/tokens/",
    "POST /api/v1/me/tokens/",
    "DELETE /api/v1/me/tokens/{id}/",
    "DELETE /api/v1/me/trash/{kind}/{id}/",
    "GET /api/v1/me/invites/",
    "POST /api/v1/me/invites/",
    "DELETE /api/v1/me/invites/{invite}/",
    "DELETE /api/v1/spaces/{space}/",
    "PATCH /api/v1/spaces/{space}/members/{user}/",
    "DELETE /api/v1/spaces/{space}/members/{user}/",
    "POST /api/v1/spaces/{space}/invitations/",
    "DELETE /api/v1/invitations/{invitation}/",
    "POST /api/v1/invitations/{token}/accept/",
    "POST /api/v1/invitations/{token}/decline/",
}
SAFE = {"GET", "HEAD"}


def scopes_told() -> dict[str, str | None]:
    """Operation -> the scope that docs/openapi.yaml, which a gate holds in step with the code, says."""
    paths = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text())["paths"]
    return {
        f"{method.upper()} {path}": operation.get("x-token-scope")
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def test_every_operation_is_in_a_scope_or_for_people_alone():
    told = scopes_told()
    assert set(told.values()) == {None, *Scope.values}
    for_people = {name for name, scope in told.items() if scope is None and "/api/v1/auth/" not in name}
    assert for_people == FOR_PEOPLE, "is an operation new? Give its action a scope, or say here that it is for people."


def test_nothing_that_signs_in_is_in_a_scope():
    assert {scope for name, scope in scopes_told().items() if "/api/v1/auth/" in name or "tokens" in name} == {None}


def test_what_changes_something_is_in_no_scope_of_reading_but_for_downloads():
    reading = {name for name, scope in scopes_told().items() if scope == Scope.READ and name.split()[0] not in SAFE}
    assert reading == {"POST /api/v1/tracks/{track}/downloads/"}


def test_no_scope_is_left_over_from_an_action_that_is_gone():
    actions: dict[type, set[str]] = {}
    for _, viewset, mapping in viewsets():
        actions.setdefault(viewset, set()).update(mapping.values())
    assert [viewset.__name__ for viewset, known in actions.items() if set(viewset.scopes) - known] == []


@pytest.fixture
def programs(make_user, sign_in) -> dict[str, Api]:
    """A client for each scope alone, and one for all of them, in the owner's name."""
    sign_in(make_user("owner"))
    session = Session.objects.get(user__username="owner")
    clients = {}
    for name, scopes in {**{scope: [scope] for scope in Scope.values}, "all": Scope.values}.items():
        wish = {"label": name, "scopes": scopes, "at": timezone.now()}
        clients[name] = Api()
        token = services.issue_personal_token(session=session, **wish)[1]
        clients[name].credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return clients


def code_of(client: Api, operation: str) -> str:
    """The code of the problem that the operation answers with about something that is not there, or nothing."""
    method, path = operation.split()
    plain = ("{track}", "{playlist}", "{upload}", "{post}", "{invite}", "{space}", "{invitation}", "{token}")
    for name in (*plain, "connections/{id}", "comments/{id}", "share-links/{id}"):
        path = path.replace(name, name.replace("{id}", "999999") if "/" in name else "999999")
    path = path.replace("{kind}/{id}", "track/999999")
    path = path.replace("{user}", "owner").replace("{id}", "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00")
    with transaction.atomic():
        answer = getattr(client, method.lower())(path)
        transaction.set_rollback(True)
    return answer.json().get("code", "") if answer.content else ""


def refusal_due(operation: str, *, needed: str | None, name: str) -> str:
    """What the token of that name is to be told about the operation; nothing where it may."""
    if len(set(MATRIX[operation])) == 1:
        return ""  # looks at no sign-in
    if needed is None:
        return "person_needed"
    return "" if name in {needed, "all"} else "scope_missing"


def test_a_token_does_what_its_scopes_name_and_nothing_else(programs):
    refusals, strays = {"person_needed", "scope_missing"}, []
    told = scopes_told()
    for operation in MATRIX:
        for name, client in programs.items():
            code, due = code_of(client, operation), refusal_due(operation, needed=told[operation], name=name)
            if (code if code in refusals else "") != due:
                strays.append((operation, name, code, due))
    assert strays == []


def test_a_refusal_names_the_scope(programs):
    client = programs["read"]
    body = client.problem(client.patch("/api/v1/me/", {"bio": "new"}), status=403, code="scope_missing")
    assert body["needed"] == "write"
    assert User.objects.get(username="owner").bio == ""


def test_what_is_public_needs_the_scope_too_because_a_token_sees_what_its_owner_sees(programs):
    client = programs["uploads"]
    client.problem(client.get("/api/v1/tracks/"), status=403, code="scope_missing")


def test_every_role_of_the_matrix_is_asked_with_a_body_that_means_something(programs):
    """The helper that the matrix uses works for programs too: a profile is written with the scope of writing."""
    assert answer_in_passing(programs["write"], "PATCH /api/v1/me/", path="/api/v1/me/") == 200
