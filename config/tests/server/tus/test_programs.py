"""Programs bring files with a personal token: its scope is asked at every request, and its end is felt at the next."""

import pytest
from django.utils import timezone

from accounts.models import PersonalToken
from accounts.services import suspend_user
from config.tests.server.tus.client import BYTES, TusClient
from config.tests.server.tus.conftest import arrived
from tracks.models import Upload

pytestmark = pytest.mark.django_db(transaction=True)


def program(port: int, token: str) -> TusClient:
    return TusClient(port, {"Authorization": f"Bearer {token}"})


def test_a_program_with_the_scope_brings_a_file(port, owner, personal_token):
    client = program(port, personal_token(owner, "uploads"))
    path = client.create(4)
    assert Upload.objects.get().owner == owner
    assert client.ask("PATCH", path, body=b"RIFF", content_type=BYTES, upload_offset=0).status == 204
    assert client.ask("HEAD", path).offset == 4
    assert arrived(path) == b"RIFF"


def test_a_program_without_the_scope_neither_begins_nor_goes_on_nor_asks(port, client, owner, personal_token):
    path = client.create(4)
    reader = program(port, personal_token(owner, "read", "write"))
    assert reader.ask("POST", upload_length=4).problem(status=403, code="scope_missing")["needed"] == "uploads"
    reader.ask("PATCH", path, body=b"RIFF", content_type=BYTES, upload_offset=0).problem(
        status=403, code="scope_missing"
    )
    assert reader.ask("HEAD", path).status == 403
    reader.ask("DELETE", path).problem(status=403, code="scope_missing")
    assert client.ask("HEAD", path).offset == 0


@pytest.mark.parametrize("end", ["revoked", "suspended"])
def test_a_token_that_is_over_brings_nothing_more(port, owner, personal_token, end):
    client = program(port, personal_token(owner, "uploads"))
    path = client.create(4)
    if end == "revoked":
        PersonalToken.objects.all().delete()
    else:
        suspend_user(user=owner, reason="", at=timezone.now())
    client.ask("PATCH", path, body=b"RIFF", content_type=BYTES, upload_offset=0).problem(
        status=401, code="authentication_failed"
    )
