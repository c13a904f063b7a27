"""The document tells what an operation really answers."""

import pytest
import yaml
from django.conf import settings
from django.db import connection

from config.lib.testing import Api, race, write_tone


@pytest.fixture(scope="module")
def document() -> dict:
    answer = Api().get("/api/schema/", headers={"accept": "application/vnd.oai.openapi"})
    assert answer.status_code == 200
    return yaml.safe_load(answer.content)


# Spoken in front of Django (config/server/tus_schema.py), with problems of their own.
TUS = {"upload_offset", "upload_append"}


def operations(document: dict) -> list[tuple[str, str, dict]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/") and operation["operationId"] not in TUS
    ]


def test_every_operation_tells_its_problems_in_their_own_type(document):
    for path, method, operation in operations(document):
        answers = operation["responses"]
        expected = {"400", "406", "429", "503"} | ({"413", "415"} if method in {"post", "put", "patch"} else set())
        expected |= {"404"} if "{" in path else set()
        assert expected <= set(answers), (path, method)
        assert list(answers["406"]["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    ("path", "method", "told"),
    [
        ("/api/v1/auth/register/", "post", {"202", "400", "403", "406", "409", "413", "415", "429", "503"}),
        ("/api/v1/auth/logout/", "post", {"204", "400", "401", "403", "406", "413", "415", "429", "503"}),
        ("/api/v1/me/", "get", {"200", "400", "401", "403", "406", "429", "503"}),
    ],
)
def test_the_answers_of_an_operation_follow_from_its_tables(document, path, method, told):
    assert set(document["paths"][path][method]["responses"]) == told


def test_the_codes_of_an_operation_stand_beside_their_status(document):
    answers = document["paths"]["/api/v1/auth/login/"]["post"]["responses"]
    assert answers["401"]["description"] == "`login_failed`: This name and password do not belong together."
    assert "`email_not_verified`: " in answers["403"]["description"]
    assert "`account_suspended`: " in answers["403"]["description"]
    assert "csrf_failed" not in answers["403"]["description"]


def test_ids_are_unique_and_tags_name_the_app(document):
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert {tag for _, _, operation in operations(document) for tag in operation["tags"]} <= set(
        settings.INSTALLED_APPS
    )


def test_both_ways_to_sign_in_are_described(document):
    schemes = document["components"]["securitySchemes"]
    assert schemes["bearer"]["scheme"] == "bearer"
    assert (schemes["cookie"]["in"], schemes["cookie"]["name"]) == ("cookie", "earshot_access")


def test_a_request_signs_in_by_header_or_by_cookie_and_need_not_by_both(document):
    assert document["paths"]["/api/v1/me/"]["get"]["security"] == [{"bearer": []}, {"cookie": []}]


def test_what_tus_speaks_in_front_of_django_is_told_too(document):
    upload = document["paths"]["/api/v1/uploads/{upload}/"]
    assert {"204", "401", "404", "409", "410", "412", "460"} <= set(upload["patch"]["responses"])
    assert "`checksum_mismatch`: " in upload["patch"]["responses"]["460"]["description"]
    assert upload["head"]["responses"]["200"]["headers"].keys() == {"Upload-Offset", "Upload-Length"}


def test_open_operations_are_told_to_need_no_sign_in(document):
    assert {} in document["paths"]["/api/v1/tracks/{track}/"]["get"]["security"]
    assert {} not in document["paths"]["/api/v1/tracks/{track}/"]["patch"]["security"]


def test_a_problem_is_described_as_it_is_answered(document):
    described = document["components"]["schemas"]["Problem"]
    api = Api()
    body = api.problem(api.get("/api/v1/nothing/"), status=404, code="not_found")
    assert set(described["required"]) == set(body)


def test_a_tone_is_a_sound_of_its_length(tmp_path):
    path = write_tone(tmp_path / "tone.wav", seconds=0.5, rate=8_000)
    assert path.stat().st_size == 44 + 2 * 4_000


def test_a_wrong_problem_does_not_pass_for_the_right_one():
    api = Api()
    with pytest.raises(AssertionError):
        api.problem(api.get("/api/v1/nothing/"), status=404, code="gone")


@pytest.mark.django_db(transaction=True)
def test_racers_have_connections_of_their_own_and_report_what_they_raised():
    def backend() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.05)")
            return cursor.fetchone()[0]

    def stumble() -> None:
        raise ZeroDivisionError

    *backends, error = race(backend, backend, backend, stumble)
    assert len(set(backends)) == 3
    assert isinstance(error, ZeroDivisionError)
