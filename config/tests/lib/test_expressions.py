"""Pieces of SQL: words of ours only, and a statement that a kept plan can serve from a partial index."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from config.lib.expressions import Constant
from config.lib.viewer import Viewer
from tracks.models import Track

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("word", ["", "Public", "a b", "a'", "a;", "1", "a\n"])
def test_what_is_no_plain_word_is_refused(word):
    with pytest.raises(ValueError, match="no constant"):
        Constant(word)


def generic_plan(queryset) -> str:
    """The plan that PostgreSQL keeps for the statement, which knows nothing of its parameters."""
    statement, params = queryset.query.sql_with_params()
    for number in range(1, len(params) + 1):
        statement = statement.replace("%s", f"${number}::bigint", 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.cursor.execute(f"EXPLAIN (GENERIC_PLAN) {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize("user", [AnonymousUser(), User(pk=1)], ids=["anonymous", "signed in"])
def test_a_kept_plan_of_the_public_list_walks_its_index(user):
    listed = Track.objects.visible_to(Viewer(user=user)).listed().order_by("-published_at", "-id")
    assert "track_listed" in generic_plan(listed.for_card()[:21])
