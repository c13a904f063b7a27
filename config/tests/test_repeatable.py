"""What creates may be sent again: every POST that answers 201 takes an Idempotency-Key, or says here why not."""

import pytest
import yaml
from django.conf import settings

from config.tests.test_permissions import viewsets

# operation -> why a second sending needs no key: a unique constraint of its own, an id that the client chose, …
WITHOUT_KEY = {
    "/api/v1/tracks/{track}/downloads/": "the address is a secret, which must not be kept; each is good for an hour",
    "/api/v1/me/tokens/": "a token is a secret, which must not be kept; one too many is seen in the list and revoked",
    "/api/v1/tracks/{track}/share-links/": "a link is a secret, which must not be kept; one too many is deleted",
    "/api/v1/playlists/{playlist}/share-links/": "likewise",
    "/api/v1/me/invites/": "its code is a secret, which must not be kept; one too many is seen in the list and ended",
    "/api/v1/tracks/{track}/plays/": "its id is a secret, which must not be kept; one too many counts for nothing",
    "/api/v1/auth/connections/": "an identity of Google's opens one account, and connecting it twice is once",
    "/api/v1/auth/socket-ticket/": "a ticket is a secret, which must not be kept; one that nobody uses is over in 30 s",
}


@pytest.fixture(scope="module")
def posts() -> dict[str, dict]:
    """The POSTs of docs/openapi.yaml, which a gate holds in step with the code."""
    paths = yaml.safe_load((settings.BASE_DIR / "docs/openapi.yaml").read_text())["paths"]
    return {path: methods["post"] for path, methods in paths.items() if "post" in methods}


def takes_key(operation: dict) -> bool:
    return any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))


def test_every_post_that_creates_takes_a_key_or_is_excused(posts):
    creating = {path for path, operation in posts.items() if "201" in operation["responses"]}
    assert creating
    assert {path for path in creating if not takes_key(posts[path])} == set(WITHOUT_KEY)


def test_only_posts_are_repeatable():
    strays = [
        f"{method.upper()} {path}"
        for path, viewset, actions in viewsets()
        for method, action in actions.items()
        if action in viewset.repeatable_actions and method != "post"
    ]
    assert strays == []


def test_an_operation_that_takes_a_key_tells_of_its_conflicts_and_of_repetitions(posts):
    keyed = [operation["responses"] for operation in posts.values() if takes_key(operation)]
    assert keyed
    for answers in keyed:
        assert {"idempotency_key_reused", "idempotency_in_progress"} <= set(answers["409"]["description"].split("`"))
        assert "Retry-After" in answers["409"]["headers"]
        kept = [answer for status, answer in answers.items() if status.startswith("2")]
        assert all("Idempotent-Replayed" in answer["headers"] for answer in kept)
        assert all(
            "Idempotent-Replayed" not in answer.get("headers", {}) for answer in answers.values() if answer not in kept
        )
