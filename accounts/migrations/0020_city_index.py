import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """A rare city is not looked for in all people either, in the order of their popularity."""

    atomic = False
    dependencies = [("accounts", "0019_country_index")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                django.db.models.functions.text.Upper("city"),
                models.F("popularity").desc(),
                models.F("id").desc(),
                condition=models.Q(("discoverable", True), ("verified_at__isnull", False)),
                name="user_listed_city_popular",
            ),
        ),
        RemoveIndexConcurrently(model_name="user", name="user_listed_city"),
    ]
