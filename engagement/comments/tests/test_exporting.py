"""Comments as files: what they hold, and that nothing in them does anything."""

import csv
import io
import json

import pytest

from accounts.models import User
from config.lib.viewer import Viewer
from engagement.comments import services
from engagement.comments.exporting import as_json, harmless
from engagement.comments.queries import comments_in_order

pytestmark = pytest.mark.django_db

NASTY = "a --> b\n\n00:00.000 --> 99:00\n \t \n<script>&amp;</script>\nlast"


@pytest.fixture
def exported(track, owner, sign_in):
    """The file that the owner of the track gets."""

    def of(form: str) -> str:
        answer = sign_in(owner).get(f"/api/v1/tracks/{track.pk}/comments/export/?form={form}")
        assert answer.status_code == 200
        assert answer["Content-Disposition"] == f'attachment; filename="comments-{track.pk}.{form}"'
        return b"".join(answer.streaming_content).decode()

    return of


def test_subtitles_hold_what_has_a_moment_in_order(owner, fan, say, exported):
    User.objects.get_queryset().filter(pk=fan.pk).update(display_name="Fan <b>")
    late = say(fan, NASTY, timestamp_ms=59_999)
    say(fan, "no moment")
    early = say(owner, "reply", to=late, timestamp_ms=1_250)
    assert exported("vtt") == (
        "WEBVTT\n"
        f"\n{early.pk}\n00:00:01.250 --> 00:00:05.250\n<v owner>reply\n"
        f"\n{late.pk}\n00:00:59.999 --> 00:01:03.999\n<v Fan &lt;b&gt;>a --&gt; b\n00:00.000 --&gt; 99:00\n"
        "&lt;script&gt;&amp;amp;&lt;/script&gt;\nlast\n"
    )


def test_cards_are_one_array(owner, fan, say, exported):
    assert json.loads(exported("json")) == []
    say(fan, "x", timestamp_ms=1)
    say(owner, "y")
    assert [card["body"] for card in json.loads(exported("json"))] == ["x", "y"]
    assert b"".join(as_json([])) == b"[]\n"


@pytest.mark.parametrize("body", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "%x", "|cmd"])
def test_no_cell_is_a_formula(fan, say, exported, body):
    say(fan, body)
    [row] = csv.DictReader(io.StringIO(exported("csv")))
    assert row["body"] == f"'{body}"


def test_a_table_holds_lines_quotes_and_nothing_for_what_is_gone(owner, fan, say, exported, at):
    head = say(fan, 'a "quoted",\nline', timestamp_ms=3_723_000 % 60_000)
    say(owner, "reply", to=head)
    first, second = csv.DictReader(io.StringIO(exported("csv")))
    assert (first["body"], first["time"], first["username"]) == ('a "quoted",\nline', "00:00:03.000", "fan")
    assert (second["parent_id"], second["time"], second["edited_at"]) == (str(head.pk), "", "")
    services.delete_comment(comment=head, by=owner, at=at)
    first, _ = csv.DictReader(io.StringIO(exported("csv")))
    assert (first["body"], first["username"], first["display_name"]) == ("", "", "")
    assert "00:00:03" not in exported("vtt")


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (7, 7), (True, True), ("  =x", "'  =x"), ("\tx", "'\tx"), ("a=b", "a=b")]
)
def test_only_what_begins_like_a_formula_is_changed(value, cell):
    assert harmless(value) == cell


def test_an_unknown_form_is_refused(track, owner, sign_in):
    client = sign_in(owner)
    path = f"/api/v1/tracks/{track.pk}/comments/export/"
    client.problem(client.get(f"{path}?form=xls"), status=400, code="invalid")
    assert client.get(path)["Content-Type"] == "text/vtt; charset=utf-8"


def test_piece_by_piece_is_the_same_as_at_once(track, fan, say):
    for n in range(7):
        say(fan, timestamp_ms=n % 2)
    read = [
        [row["id"] for row in comments_in_order(track_id=track.pk, viewer=Viewer(user=fan), chunk=chunk)]
        for chunk in (1, 2, 7, 100)
    ]
    assert len(read[0]) == 7
    assert read[1:] == read[:1] * 3
