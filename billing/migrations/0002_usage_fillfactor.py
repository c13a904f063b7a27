from django.db import migrations


class Migration(migrations.Migration):
    """Leave room in each page for updated numbers, so that an update stays in its page (HOT)."""

    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE billing_usage SET (fillfactor = 70)",
            "ALTER TABLE billing_usage RESET (fillfactor)",
        )
    ]
