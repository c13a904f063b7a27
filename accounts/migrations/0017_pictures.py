import django.db.models.deletion
from django.db import migrations, models


def slot(name):
    """A person's picture; the rule that it is one person's comes in the next step, without a lock on the table."""
    field = models.OneToOneField(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name=f"{name}_of",
        to="accounts.picture",
    )
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AddField("user", name, field)],
        database_operations=[
            migrations.RunSQL(
                f"ALTER TABLE accounts_user ADD COLUMN {name}_id bigint NULL",
                f"ALTER TABLE accounts_user DROP COLUMN {name}_id",
            )
        ],
    )


class Migration(migrations.Migration):
    """Avatars and headers."""

    dependencies = [("accounts", "0016_block")]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32)),
                ("color", models.CharField(max_length=7)),
                ("placeholder", models.CharField(max_length=800)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("key",), name="picture_key_once")],
            },
        ),
        slot("avatar"),
        slot("header"),
    ]
