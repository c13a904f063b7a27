from django.db import migrations


class Migration(migrations.Migration):
    """Leave room in each page for updated counts, so that an update stays in its page (HOT)."""

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE accounts_usercounts SET (fillfactor = 70)",
            "ALTER TABLE accounts_usercounts RESET (fillfactor)",
        )
    ]
