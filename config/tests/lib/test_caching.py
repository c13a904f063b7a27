"""Who may keep an answer."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy

from accounts.models import User
from config.lib.caching import cached_answer
from config.lib.renderers import OrjsonRenderer, dumps


def ask(rf, *, signed_in=False, etag="", **options):
    request = rf.get("/", headers={"if-none-match": etag} if etag else {})
    request.user = User(pk=1) if signed_in else AnonymousUser()
    options = {"content": b"{}", "content_type": "application/json", "shared": True} | options
    return cached_answer(request, **options)


@pytest.mark.parametrize(
    ("shared", "immutable", "signed_in", "said"),
    [
        (True, False, False, "public, no-cache"),
        (True, False, True, "private, no-cache"),
        (True, True, False, "private, max-age=31536000, immutable"),
        (True, True, True, "private, max-age=31536000, immutable"),
        (False, False, False, "private, no-cache"),
        (False, True, False, "private, no-cache"),
        (False, True, True, "private, no-cache"),
    ],
)
def test_only_what_everybody_gets_is_kept_between(rf, shared, immutable, signed_in, said):
    answer = ask(rf, shared=shared, immutable=immutable, signed_in=signed_in)
    assert answer["Cache-Control"] == said
    assert {"Authorization", "Cookie"} <= {part.strip() for part in answer["Vary"].split(",")}


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "{},"])
def test_who_has_it_already_gets_no_second_copy(rf, form):
    etag = ask(rf)["ETag"]
    answer = ask(rf, etag=form.format(etag))
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    assert "Content-Type" not in answer
    assert answer["Cache-Control"] == "public, no-cache"


def test_who_has_another_version_gets_this_one(rf):
    answer = ask(rf, etag='"other"')
    assert (answer.status_code, answer.content) == (200, b"{}")
    assert ask(rf, content=b"[]")["ETag"] != answer["ETag"]


def test_json_is_utf_8_with_times_in_utc_and_what_json_does_not_know_as_text(at):
    told = dumps({"é": at.replace(microsecond=0, year=2026), "price": Decimal("1.50"), "lazy": gettext_lazy("Sunday")})
    assert "é".encode() in told
    assert b'Z","price":"1.50","lazy":"Sunday"}' in told
    assert OrjsonRenderer().render(None) == b""
    assert OrjsonRenderer().render([1]) == b"[1]"
