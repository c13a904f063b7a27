"""A program's token says nothing of itself: before a file is taken from it, the database is asked."""

import json

import pytest

from config.server.spooling import BodySpooler
from config.tests.server.bodies import MB, TRACKS, problem_of
from config.tests.server.swallowing import swallow

pytestmark = pytest.mark.django_db(transaction=True)

BODY = bytes(4 * MB)


@pytest.fixture
def near(serve, settings, tmp_path) -> int:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return serve(BodySpooler(swallow))


def test_a_file_is_taken_from_a_good_token_and_from_no_other(near, call, owner, personal_token):
    token = personal_token(owner, "uploads")
    answer = call(near, "POST", TRACKS, body=BODY, headers={"Authorization": f"Bearer {token}"})
    assert (answer[0], json.loads(answer[2])["length"]) == (200, len(BODY))
    for stranger in (f"{token}x", "earshot_pat_"):
        answer = call(near, "POST", TRACKS, body=BODY, headers={"Authorization": f"Bearer {stranger}"})
        problem_of(answer, status=401, code="not_authenticated")


def test_where_no_file_is_brought_a_token_makes_no_body_larger(near, call, owner, personal_token):
    headers = {"Authorization": f"Bearer {personal_token(owner, 'uploads')}"}
    answer = call(near, "POST", "/api/v1/auth/login/", body=BODY, headers=headers)
    problem_of(answer, status=413, code="body_too_large")
