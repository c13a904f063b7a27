"""Programs listen with a personal token in the header; its scope is asked, and its end closes the socket."""

import pytest

from accounts.models import PersonalToken


def header(token: str) -> dict:
    return {"additional_headers": {"Authorization": f"Bearer {token}"}}


def test_a_token_that_reads_listens_until_it_is_revoked(dial, owner, stranger, personal_token):
    client, other = (dial(**header(personal_token(person, "read"))) for person in (owner, stranger))
    assert client.frame()["type"] == other.frame()["type"] == "hello"
    PersonalToken.objects.filter(user=owner).delete()
    assert client.close_code() == 4401
    assert other.is_open()


@pytest.mark.parametrize(("scopes", "code"), [(("write", "uploads"), 4403), ((), 4401)])
def test_a_token_that_does_not_read_or_is_none_does_not_listen(dial, owner, personal_token, scopes, code):
    token = personal_token(owner, *scopes) if scopes else "earshot_pat_unknown"
    assert dial(**header(token)).close_code() == code


def test_a_token_is_no_ticket_and_no_cookie(dial, owner, personal_token):
    token = personal_token(owner, "read")
    assert dial(f"/ws/v1/me/?ticket={token}").close_code() == 4401
    cookie = {"additional_headers": {"Cookie": f"earshot_access={token}"}, "origin": "http://earshot.test"}
    assert dial(**cookie).close_code() == 4401
