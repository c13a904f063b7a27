from django.db import migrations


class Migration(migrations.Migration):
    """Every like rewrites a counter row; room in its page lets that stay a HOT update."""

    dependencies = [("engagement", "0001_likes_reposts_posts")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE engagement_postcounts SET (fillfactor = 70)",
            "ALTER TABLE engagement_postcounts RESET (fillfactor)",
        )
    ]
