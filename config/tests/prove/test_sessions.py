"""A session over real connections: one of twenty refreshes wins, and who is suspended is out at once."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from config.tests.prove.house import PASSWORD, House

pytestmark = pytest.mark.slow

ROUNDS, AT_ONCE = 5, 20
SUSPEND = """
from django.utils import timezone
from accounts.models import User
from accounts.services import suspend_user
suspend_user(user=User.objects.get(username="owner"), reason="A proof.", at=timezone.now())
print(timezone.now().timestamp())
"""


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


def sign_in(house: House, login: str) -> dict[str, Any]:
    return httpx.post(f"{house.url}/api/v1/auth/login/", json={"login": login, "password": PASSWORD}).json()


def suspend(house: House) -> float:
    """Suspend the owner from a process of its own; when that was done, in seconds since 1970."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SUSPEND]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=house.environment(), check=True, capture_output=True)
    return float(done.stdout)


def test_one_of_twenty_refreshes_wins_and_the_reuse_ends_the_session(house):
    house.join("owner")
    for turn in range(ROUNDS):
        pair = sign_in(house, "owner")

        def refresh(_: int, token: str = pair["refresh"]) -> httpx.Response:
            return httpx.post(f"{house.url}/api/v1/auth/token/refresh/", json={"refresh": token}, timeout=60)

        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(refresh, range(AT_ONCE)))
        won = [answer.json() for answer in answers if answer.status_code == 200]
        codes = sorted({answer.json()["code"] for answer in answers if answer.status_code != 200})
        after = httpx.get(f"{house.url}/api/v1/me/", headers={"Authorization": f"Bearer {won[0]['access']}"})
        tell(f"round {turn}: {len(won)} of {AT_ONCE} win, the others get {codes}; the winner's next request {after}")
        assert len(won) == 1
        assert "token_reused" in codes
        assert after.status_code == 401


def test_who_is_suspended_is_refused_at_once_and_the_socket_closes_within_five_seconds(house):
    owner = house.join("owner")
    address = house.url.replace("http://", "ws://") + "/ws/v1/me/"
    with connect(address, additional_headers={"Authorization": owner.headers["Authorization"]}) as socket:
        assert "hello" in str(socket.recv(timeout=30))
        with ThreadPoolExecutor(1) as thread:
            suspending = thread.submit(suspend, house)
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=60)
            closed_at = time.time()
        next_request = owner.get("me/")
    took = closed_at - suspending.result()
    tell(f"next request {next_request.status_code}; socket closed with {closed.value.rcvd} after {took:.1f} s")
    assert next_request.status_code == 401
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401
    assert took < 5
