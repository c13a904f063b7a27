"""What may not be seen is absent, what is not allowed is refused."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from config.lib.permissions import PolicyPermission, any_person
from config.lib.testing import Api
from config.lib.viewer import Viewer, digest_secret
from conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.tests.lib.probes")]

PEOPLE = "/api/probe/people/"


def test_what_may_not_be_seen_answers_like_what_is_not_there(api, owner, make_user):
    hidden = make_user("hidden", is_active=False)
    bodies = []
    for pk in (hidden.pk, 987_654_321):
        answer = api.get(f"{PEOPLE}{pk}/", headers={"x-request-id": "the-same-id"})
        body = api.problem(answer, status=404, code="not_found")
        bodies.append(str(body).replace(str(pk), "-"))
    assert bodies[0] == bodies[1]
    assert api.get(f"{PEOPLE}{owner.pk}/").json() == {"username": "owner"}


def test_seen_but_not_allowed_is_403_and_not_signed_in_is_401(api, owner, stranger, sign_in):
    path = f"{PEOPLE}{owner.pk}/"
    api.problem(api.put(path), status=401, code="not_authenticated")
    sign_in(stranger).problem(sign_in(stranger).put(path), status=403, code="permission_denied")
    assert sign_in(owner).put(path).status_code == 200


def test_401_does_not_depend_on_the_thing(api, owner):
    for pk in (owner.pk, 987_654_321):
        api.problem(api.put(f"{PEOPLE}{pk}/"), status=401, code="not_authenticated")


def test_an_unsafe_action_without_a_policy_is_refused(owner, sign_in):
    client = sign_in(owner)
    client.problem(client.post("/api/probe/unruled/"), status=403, code="permission_denied")
    client.problem(client.delete(f"{PEOPLE}{owner.pk}/"), status=403, code="permission_denied")
    assert client.get("/api/probe/unruled/").status_code == 200


def test_a_safe_action_is_closed_to_nobody_signed_in_unless_it_is_open(api):
    api.problem(api.get("/api/probe/unruled/"), status=401, code="not_authenticated")
    assert api.get(PEOPLE).status_code == 200


def test_a_thing_without_a_policy_may_be_read_and_not_changed(rf, owner):
    class View:
        action = "strange"
        policies: dict = {}

    for method, allowed in (("GET", True), ("POST", False)):
        request = rf.generic(method, "/")
        request.user = owner
        assert PolicyPermission().has_object_permission(request, View, owner) is allowed


def test_any_person_is_whoever_is_signed_in(owner):
    assert any_person(owner, None)
    assert not any_person(AnonymousUser(), None)


def test_a_form_under_a_cookie_is_read_after_its_proof_was_checked(owner):
    browser = Api(enforce_csrf_checks=True)
    login = browser.post("/api/v1/auth/login/", {"login": "owner", "password": PASSWORD})
    token = login.json()["csrf_token"]
    refused = browser.post("/api/probe/form/", {"a": "1"}, format="multipart")
    browser.problem(refused, status=403, code="csrf_failed")
    answer = browser.post("/api/probe/form/", {"a": "1", "b": "2"}, format="multipart", headers={"x-csrftoken": token})
    assert answer.json() == ["a", "b"]
    broken = {"content_type": "multipart/form-data; boundary=", "headers": {"x-csrftoken": token}}
    answer = browser.generic("POST", "/api/probe/form/", b"rubbish", **broken)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_viewer_carries_the_digest_of_a_secret_and_never_the_secret(owner):
    viewer = Viewer.with_token(user=owner, secret_token="s3cret")
    assert viewer.user_id == owner.pk
    assert viewer.secret_digest == digest_secret("s3cret") != "s3cret"
    assert len(viewer.secret_digest) == 64
    assert "s3cret" not in repr(viewer)
    assert Viewer.with_token(user=AnonymousUser(), secret_token="") == Viewer(user=AnonymousUser())
    assert User.objects.visible_to(viewer).get() == owner
