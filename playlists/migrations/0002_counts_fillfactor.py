from django.db import migrations


class Migration(migrations.Migration):
    """Leave room in each page for updated counts, so that an update stays in its page (HOT)."""

    dependencies = [("playlists", "0001_playlists")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE playlists_playlistcounts SET (fillfactor = 70)",
            "ALTER TABLE playlists_playlistcounts RESET (fillfactor)",
        )
    ]
