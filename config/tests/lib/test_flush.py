"""Between tests that commit the tables are emptied, those to which is only ever added as well."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError

from accounts.models import User
from config.models import Removal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("reset_sequences", [False, True])
def test_nothing_is_left_but_what_stands_for_models(owner, at, reset_sequences):
    Removal.objects.create(prefix="sounds/of-a-test", reason="test", by="job", removed_at=at)
    with pytest.raises(DatabaseError, match="only ever added to"):
        Removal.objects.all().delete()
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True, reset_sequences=reset_sequences)
    assert not User.objects.exists()
    assert not Removal.objects.exists()
    assert Permission.objects.exists()
    assert ContentType.objects.exists()
