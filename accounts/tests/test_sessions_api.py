"""One's own signed-in devices over HTTP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services
from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE
from accounts.models import Session
from accounts.serializers import SessionCard
from accounts.services.sessions import open_session
from config.lib.testing import Api

pytestmark = pytest.mark.django_db

NEVER = "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00"
SESSIONS, ME, REFRESH = "/api/v1/auth/sessions/", "/api/v1/me/", "/api/v1/auth/token/refresh/"


def device_of(user, agent: str = "curl/8.5.0", *, ago: timedelta = timedelta(0)) -> Api:
    """A client signed in some time ago; it knows its pair of tokens."""
    device = services.Device(user_agent=agent, address="192.0.2.7")
    client = Api()
    client.pair = open_session(user=user, device=device, at=timezone.now() - ago)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {client.pair.access}")
    return client


def address(client: Api) -> str:
    return f"{SESSIONS}{client.pair.session.pk}/"


def test_one_sees_ones_living_devices_the_one_used_last_first(owner, stranger, at):
    phone = device_of(owner, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1", ago=timedelta(days=2))
    here = device_of(owner, ago=timedelta(days=1))
    over, expired = device_of(owner), device_of(owner)
    services.end_session(session=over.pair.session, at=at)
    Session.objects.filter(pk=expired.pair.session.pk).update(expires_at=at)
    device_of(stranger)
    answer = here.get(SESSIONS)
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert (body["next"], body["previous"]) == (None, None)
    assert [list(card) for card in body["results"]] == [list(SessionCard().fields)] * 2
    told = [(card["id"], card["current"], card["device"], card["address"]) for card in body["results"]]
    assert told == [
        (str(here.pair.session.pk), True, "curl", "192.0.2.7"),
        (str(phone.pair.session.pk), False, "Safari on iPhone", "192.0.2.7"),
    ]
    assert all(card[time].endswith("Z") for card in body["results"] for time in ("created_at", "used_at", "expires_at"))


def test_a_device_moves_to_the_front_when_it_refreshes_and_not_when_it_merely_asks(owner):
    early, late = device_of(owner, ago=timedelta(hours=2)), device_of(owner, ago=timedelta(hours=1))
    order = [str(client.pair.session.pk) for client in (late, early)]
    assert [card["id"] for card in early.get(SESSIONS).json()["results"]] == order
    assert Api().post(REFRESH, {"refresh": early.pair.refresh}).status_code == 200
    assert [card["id"] for card in late.get(SESSIONS).json()["results"]] == order[::-1]


def test_devices_come_in_pages(owner):
    clients = [device_of(owner, ago=timedelta(minutes=minutes)) for minutes in range(5)]
    seen, link = [], f"{SESSIONS}?limit=2"
    while link:
        body = clients[0].get(link).json()
        seen += [card["id"] for card in body["results"]]
        link = body["next"]
    assert seen == [str(client.pair.session.pk) for client in clients]


def test_the_list_takes_two_queries_however_many_devices_there_are(owner, django_assert_num_queries):
    client = device_of(owner)
    for _ in range(3):
        with django_assert_num_queries(2):
            client.get(SESSIONS)
        device_of(owner)


def test_another_device_of_ones_own_is_signed_out(owner):
    here, there = device_of(owner), device_of(owner)
    answer = here.delete(address(there))
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})
    assert (here.get(ME).status_code, there.get(ME).status_code) == (200, 401)
    here.problem(here.delete(address(there)), status=404, code="not_found")


def test_ending_the_session_that_asks_is_signing_out(owner):
    here = device_of(owner)
    answer = here.delete(address(here))
    assert answer.status_code == 204
    for name, path in ((ACCESS_COOKIE, "/"), (REFRESH_COOKIE, REFRESH)):
        assert (answer.cookies[name].value, answer.cookies[name]["path"]) == ("", path)
        assert answer.cookies[name]["max-age"] == 0
    assert here.get(ME).status_code == 401


def test_a_strangers_device_is_as_absent_as_one_that_never_was(owner, stranger):
    here, theirs = device_of(owner), device_of(stranger)
    over = device_of(owner)
    services.end_session(session=over.pair.session, at=timezone.now())
    bodies = []
    for session_id in (theirs.pair.session.pk, over.pair.session.pk, NEVER):
        body = here.problem(here.delete(f"{SESSIONS}{session_id}/"), status=404, code="not_found")
        bodies.append({name: value for name, value in body.items() if name not in {"request_id", "instance"}})
    assert bodies[0] == bodies[1] == bodies[2]
    assert theirs.get(ME).status_code == 200


@pytest.mark.parametrize("name", ["1", "me", "00000000", "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f0g"])
def test_what_is_no_id_names_no_device(owner, name):
    here = device_of(owner)
    here.problem(here.delete(f"{SESSIONS}{name}/"), status=404, code="not_found")


def test_all_others_are_signed_out_at_once(owner, stranger):
    here, there, elsewhere, theirs = device_of(owner), device_of(owner), device_of(owner), device_of(stranger)
    for _ in range(2):
        answer = here.delete(SESSIONS)
        assert (answer.status_code, answer.content) == (204, b"")
    assert [client.get(ME).status_code for client in (here, there, elsewhere, theirs)] == [200, 401, 401, 200]


@pytest.mark.parametrize(
    ("method", "path"), [("get", SESSIONS), ("delete", SESSIONS), ("delete", f"{SESSIONS}{NEVER}/")]
)
def test_devices_are_for_the_signed_in(api, method, path):
    api.problem(getattr(api, method)(path), status=401, code="not_authenticated")


def test_under_a_cookie_ending_a_session_needs_a_proof_of_origin(owner):
    there = device_of(owner)
    browser = Api(enforce_csrf_checks=True)
    browser.cookies[ACCESS_COOKIE] = device_of(owner).pair.access
    for path in (SESSIONS, address(there)):
        browser.problem(browser.delete(path), status=403, code="csrf_failed")
    assert there.get(ME).status_code == 200
