"""What is looked at: profiles and lists, as nobody and as somebody with blocks and mutes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.sessions import Device, open_session
from bench.people.population import (
    CELEBRITY,
    COMMON_GENRE,
    FAN,
    PEOPLE,
    RARE_CITY,
    RARE_COUNTRY,
    RARE_GENRE,
    VIEWER,
)

API = "/api/v1"
LAST_PAGE = 500
SOMEWHERE = 7_919  # a step that leads all over the table

# Title -> path, of the turn.
PATHS: dict[str, Callable[[int], str]] = {
    "a profile, another each time": lambda turn: f"{API}/users/person-{1 + turn * SOMEWHERE % 2000}/",
    "followers of a celebrity, page 1": lambda _: f"{API}/users/{CELEBRITY}/followers/",
    "followings of who follows 5,000": lambda _: f"{API}/users/{FAN}/followings/",
    "followings of who follows 5,000, a hundred": lambda _: f"{API}/users/{FAN}/followings/?limit=100",
    "followers of somebody, another each time": lambda turn: f"{API}/users/{1 + turn * SOMEWHERE % PEOPLE}/followers/",
    "people": lambda _: f"{API}/users/",
    "people, the newest": lambda _: f"{API}/users/?ordering=-created_at",
    "artists": lambda _: f"{API}/users/?role=artist",
    "a common genre": lambda _: f"{API}/users/?genre={COMMON_GENRE}",
    "a rare genre": lambda _: f"{API}/users/?genre={quote(RARE_GENRE)}",
    "artists of a rare genre": lambda _: f"{API}/users/?role=artist&genre={quote(RARE_GENRE)}",
    "a rare city": lambda _: f"{API}/users/?city={RARE_CITY}",
    "a common country": lambda _: f"{API}/users/?country=PT",
    "a rare country": lambda _: f"{API}/users/?country={RARE_COUNTRY}",
}
OWN = {
    "one's blocks": lambda _: f"{API}/me/blocks/",
    "one's mutes": lambda _: f"{API}/me/mutes/",
}


@dataclass
class Caller:
    """Nobody, or the person with the blocks."""

    name: str
    user: User | None
    client: Client = field(default_factory=Client)

    def sign_in(self) -> None:
        """Anew before each look: a sign-in does not last as long as a busy machine takes for them all."""
        if self.user is not None:
            device = Device(user_agent="bench", address="127.0.0.1")
            pair = open_session(user=self.user, device=device, at=timezone.now())
            self.client = Client(headers={"Authorization": f"Bearer {pair.access}"})

    def get(self, path: str) -> Any:
        """The body; whoever may not see it has no person there, which is an answer too."""
        answer = self.client.get(path)
        if answer.status_code not in {200, 404}:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.content[:300]!r}")
        return answer.json()

    def paths(self) -> dict[str, Callable[[int], str]]:
        """What this caller looks at."""
        self.sign_in()
        deep = self.page_of_followers(LAST_PAGE)
        further = {f"followers of a celebrity, page {LAST_PAGE}": lambda _: deep}
        return {**PATHS, **further, **(OWN if self.user else {})}

    def page_of_followers(self, number: int) -> str:
        """The address of that page, to which the `next` links lead."""
        path = f"{API}/users/{CELEBRITY}/followers/"
        for _ in range(number - 1):
            path = self.get(path)["next"].partition("testserver")[2]
        return path


def callers() -> list[Caller]:
    """Both."""
    viewer = User.objects.get(pk=VIEWER)
    return [Caller("nobody", None), Caller("somebody with 200 blocks, blocked by 200", viewer)]
