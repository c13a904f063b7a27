"""Every error below /api/ is application/problem+json; elsewhere it is a page."""

import pytest
from django.test import RequestFactory

from accounts.services.sessions import Device, open_session
from config.lib import problems
from config.lib.errors import DomainError, all_errors
from config.lib.problems import FRAME_PROBLEMS, field_errors
from config.lib.testing import Api
from config.tests.lib.probes import TROUBLE, TeapotRefused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.tests.lib.probes")]

LOGIN = "/api/v1/auth/login/"


@pytest.fixture
def client() -> Api:
    """Gets the answer to a request that broke, as a listener does."""
    return Api(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def signed_in(client, owner, at) -> Api:
    pair = open_session(user=owner, device=Device(user_agent="", address=""), at=at)
    client.cookies["earshot_access"] = pair.access
    return client


PROVOCATIONS = {
    "invalid": lambda api: api.post(LOGIN, {}),
    "parse_error": lambda api: api.generic("POST", LOGIN, b'{"login": ', content_type="application/json"),
    "bad_request": lambda api: api.get("/api/v1/me/", headers={"host": "evil.example"}),
    "not_authenticated": lambda api: Api().get("/api/v1/me/"),
    "authentication_failed": lambda api: api.get("/api/v1/me/", headers={"authorization": "Bearer x"}),
    "permission_denied": lambda api: api.get("/api/probe/trouble/django-403/"),
    "csrf_failed": lambda api: api.post("/api/v1/auth/logout/"),
    "not_found": lambda api: api.get("/api/v1/nothing/here/"),
    "method_not_allowed": lambda api: api.delete(LOGIN),
    "not_acceptable": lambda api: api.get("/api/v1/me/", headers={"accept": "text/html"}),
    "body_too_large": lambda api: api.post(LOGIN, {"login": "x" * 1024**2}),
    "unsupported_media_type": lambda api: api.generic("POST", LOGIN, b"<a/>", content_type="text/xml"),
    "unavailable": lambda api: api.get("/api/probe/trouble/database-away/"),
    "server_error": lambda api: api.get("/api/probe/trouble/unforeseen/"),
}
# In front of Django: config/tests/server/test_spooling.py; of a bucket: tracks/tests/uploads/test_direct.py
ELSEWHERE = {"storage_full", "storage_unavailable"}


@pytest.mark.parametrize("code", PROVOCATIONS)
def test_every_problem_of_the_frame_has_one_shape(code, signed_in):
    answer = PROVOCATIONS[code](signed_in)
    status, title = FRAME_PROBLEMS[code]
    body = signed_in.problem(answer, status=status, code=code)
    assert (body["title"], body["type"], body["status"]) == (title, f"/errors/#{code}", status)
    assert body["instance"] == answer.wsgi_request.path
    assert body["request_id"] == answer["X-Request-ID"]
    assert answer.has_header("WWW-Authenticate") == (status == 401)
    assert ("errors" in body) == (status == 400 and code == "invalid")
    assert "<" not in answer.content.decode()


def test_every_problem_of_the_frame_is_provoked_by_a_test():
    assert set(PROVOCATIONS) | ELSEWHERE == set(FRAME_PROBLEMS)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("django-404", "not_found"),
        ("too-big", "body_too_large"),
        ("suspicious", "bad_request"),
        ("multipart", "bad_request"),
        ("connection-closed", "unavailable"),
    ],
)
def test_what_django_raises_becomes_a_problem_and_keeps_its_detail_to_itself(client, kind, code):
    answer = client.get(f"/api/probe/trouble/{kind}/")
    client.problem(answer, status=FRAME_PROBLEMS[code][0], code=code)
    for secret in ("hidden", "secret", "inner"):
        assert secret not in answer.content.decode()


def test_what_nobody_foresaw_says_nothing_of_itself(client):
    answer = client.get("/api/probe/trouble/unforeseen/")
    assert "inner detail" not in answer.content.decode()
    assert "ZeroDivision" not in answer.content.decode()


def test_an_error_of_the_domain_brings_its_sentence_and_its_facts(client):
    body = client.problem(client.get("/api/probe/trouble/domain/"), status=418, code="teapot_refused")
    assert body["title"] == body["detail"] == "The kettle is no pot for coffee."
    assert body["vessel"] == "kettle"


def test_what_is_wrong_in_a_nested_body_is_said_by_its_path(client):
    answer = client.post("/api/probe/album/", {"credits": [{"name": "Ada"}, {}], "tags": ["one", "three"]})
    body = client.problem(answer, status=400, code="invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [
        ("credits.1.name", "required"),
        ("tags.1", "max_length"),
    ]


def test_what_is_wrong_with_the_whole_body_has_no_field(client):
    answer = client.post("/api/probe/album/", {"credits": [], "tags": []})
    body = client.problem(answer, status=400, code="invalid")
    assert body["errors"] == [{"field": "", "code": "no_sound", "message": "An album needs a sound."}]
    assert list(field_errors("plain")) == [{"field": "", "code": "invalid", "message": "plain"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"nul",
        b'{"a": 1}x',
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b"[" * 2000,
        b'{"a": 1e999999}x',
        b"'",
    ],
)
def test_what_is_no_json_is_a_problem_and_never_a_crash(client, body):
    answer = client.generic("POST", LOGIN, body, content_type="application/json")
    client.problem(answer, status=400, code="parse_error" if body else "invalid")


@pytest.mark.parametrize("body", [b"[]", b"5", b'"x"', b"null", b"true"])
def test_json_that_is_no_object_is_invalid(client, body):
    client.problem(client.generic("POST", LOGIN, body, content_type="application/json"), status=400, code="invalid")


def test_null_characters_are_refused_in_bodies_queries_and_paths(client):
    client.problem(client.post(LOGIN, {"login": "a\0", "password": "b"}), status=400, code="invalid")
    body = client.problem(client.get("/api/probe/people/?city=%00"), status=400, code="invalid")
    assert body["errors"][0]["field"] == "city"
    body = client.problem(client.get("/api/probe/people/?ci%00ty=x"), status=400, code="invalid")
    assert body["errors"][0]["field"] == "city"
    client.problem(client.get("/api/probe/trouble/a%00b/"), status=404, code="not_found")


def test_a_query_parameter_comes_once_or_is_refused(client):
    assert client.get("/api/probe/people/?city=Oslo").status_code == 200
    body = client.problem(client.get("/api/probe/people/?city=Oslo&city=Rome"), status=400, code="invalid")
    assert [(error["field"], error["code"]) for error in body["errors"]] == [("city", "unknown_parameter")]
    body = client.problem(client.get("/api/probe/people/?page=2&offset=4"), status=400, code="invalid")
    assert {error["field"] for error in body["errors"]} == {"page", "offset"}


def test_a_problem_is_json_whatever_the_endpoint_speaks(client):
    """The documents of the API are YAML and HTML; their errors are not."""
    for method, path, headers, code in (
        ("get", "/api/schema/", {"accept": "image/png"}, "not_acceptable"),
        ("post", "/api/docs/", {}, "method_not_allowed"),
        ("get", "/api/docs/", {"accept": "image/png"}, "not_acceptable"),
    ):
        client.problem(getattr(client, method)(path, headers=headers), status=FRAME_PROBLEMS[code][0], code=code)


def test_a_throttled_caller_is_told_when_to_come_again(client):
    answer = client.get("/api/probe/trouble/throttled/")
    assert answer["Retry-After"] == "3"
    body = client.problem(answer, status=429, code="throttled")
    assert (body["retry_after_s"], body["budget"]) == (3, "reads")


def test_what_is_not_offered_is_said_with_what_is(client):
    assert client.delete(LOGIN)["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    ("kind", "status"), [("django-404", 404), ("django-403", 403), ("suspicious", 400), ("too-big", 400)]
)
def test_elsewhere_an_error_is_a_page(client, kind, status):
    answer = client.get(f"/broken/{kind}/")
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "inner detail" not in answer.content.decode()
    assert answer.status_code in {status, 413}


def test_a_page_that_broke_is_answered_without_anything_that_might_break_again(client):
    answer = client.get("/broken/unforeseen/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain")
    assert answer["X-Request-ID"] in answer.content.decode()


def test_without_the_database_everybody_is_told_when_to_try_again(client):
    for path in ("/api/probe/trouble/database-away/", "/broken/database-away/", "/broken/connection-closed/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5"), path
        assert "inner detail" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_the_shape_of_its_place(client):
    page = client.post("/verify-email/", {"key": "x"}, format="multipart")
    assert (page.status_code, page["Content-Type"]) == (403, "text/html; charset=utf-8")
    answer = problems.csrf_failure(RequestFactory().post("/api/v1/me/"), reason="why")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_codes_are_unique_and_every_error_has_a_sentence():
    errors = [error for error in all_errors() if not error.__module__.startswith("config.tests")]
    codes = [error.code for error in errors]
    assert len(codes) == len(set(codes))
    assert not set(codes) & set(FRAME_PROBLEMS)
    assert all(error.title for error in errors)
    # 503: the rule that only so many may do this at a time.
    assert all(400 <= error.status < 500 or error.status == 503 for error in errors)
    assert TeapotRefused in all_errors()
    assert DomainError not in all_errors()


def test_the_table_of_trouble_is_used_up():
    django = {"django-404", "django-403", "too-big", "suspicious", "multipart"}
    assert set(TROUBLE) == django | {"domain", "database-away", "connection-closed", "throttled", "unforeseen"}
