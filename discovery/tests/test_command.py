import pytest
from django.core.management import CommandError, call_command

from discovery.queries import companions
from discovery.tests.test_api import publish

pytestmark = pytest.mark.django_db


def test_a_feed_is_compared_with_the_plain_query(fan, owner, at, capsys, monkeypatch):
    publish(owner, at)
    call_command("feeds", "check", "fan")
    assert capsys.readouterr().out == "The feed of fan is as it should be: 1 entries.\n"
    monkeypatch.setattr(
        companions,
        "COMPANIONS",
        companions.COMPANIONS.replace("WHERE NOT EXISTS", "WHERE false AND NOT EXISTS"),
    )
    with pytest.raises(CommandError, match="1 missing"):
        call_command("feeds", "check", str(fan.pk))


def test_nobody_of_that_name_is_said(db):
    with pytest.raises(CommandError, match="nobody"):
        call_command("feeds", "check", "nobody")
