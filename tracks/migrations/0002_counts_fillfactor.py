from django.db import migrations


class Migration(migrations.Migration):
    """Leave room in each page for updated counts, so that an update stays in its page (HOT)."""

    dependencies = [("tracks", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE tracks_trackcounts SET (fillfactor = 70)",
            "ALTER TABLE tracks_trackcounts RESET (fillfactor)",
        )
    ]
