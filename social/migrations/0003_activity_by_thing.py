from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("social", "0002_spaces")]
    operations = [
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(fields=["kind", "object_id", "actor"], name="activity_by_thing"),
        ),
        RemoveIndexConcurrently(model_name="activity", name="activity_by_object"),
    ]
