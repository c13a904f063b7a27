import pytest
from django.db import IntegrityError, transaction

from config.lib.testing import emitted
from social import services
from social.choices import MuteScope
from social.events import RelationshipChanged
from social.models import Mute

pytestmark = pytest.mark.django_db


def test_muting_is_told_to_the_muter_alone_and_twice_is_once(owner, fan, at):
    with emitted() as events:
        services.mute_user(muter=fan, muted=owner, scope=MuteScope.REPOSTS, at=at)
        services.mute_user(muter=fan, muted=owner, scope=MuteScope.REPOSTS, at=at)
    assert events == [RelationshipChanged(user_id=fan.pk, other_id=owner.pk)]
    assert Mute.objects.count() == 1


def test_the_two_scopes_come_and_go_by_themselves(owner, fan, at):
    for scope in MuteScope:
        services.mute_user(muter=fan, muted=owner, scope=scope, at=at)
    with emitted() as events:
        services.unmute_user(muter=fan, muted=owner, scope=MuteScope.EVERYTHING)
        services.unmute_user(muter=fan, muted=owner, scope=MuteScope.EVERYTHING)
    assert list(Mute.objects.values_list("scope", flat=True)) == ["reposts"]
    assert events == [RelationshipChanged(user_id=fan.pk, other_id=owner.pk)]


def test_nobody_mutes_themselves(owner, at):
    with pytest.raises(services.SelfReference):
        services.mute_user(muter=owner, muted=owner, scope=MuteScope.EVERYTHING, at=at)
    with pytest.raises(IntegrityError, match="no_self_mute"), transaction.atomic():
        Mute.objects.create(muter=owner, muted=owner, scope=MuteScope.EVERYTHING, created_at=at)
