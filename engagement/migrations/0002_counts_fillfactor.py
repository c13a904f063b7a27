from django.db import migrations


class Migration(migrations.Migration):
    """Every like rewrites a counter row; room in its page lets that stay a HOT update."""

    dependencies = [("engagement", "0001_likes_reposts_posts_comments")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (fillfactor = 70)",
            f"ALTER TABLE {table} RESET (fillfactor)",
        )
        for table in ("engagement_postcounts", "engagement_commentcounts")
    ]
