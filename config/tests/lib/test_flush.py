"""Between tests that commit the tables are emptied, those to which is only ever added as well."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from accounts.models import User
from config.models import Removal

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_left(owner, at):
    Removal.objects.create(prefix="sounds/of-a-test", reason="test", by="job", removed_at=at)
    with pytest.raises(DatabaseError, match="only ever added to"):
        Removal.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    assert not User.objects.exists()
    assert not Removal.objects.exists()
