import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


def mark(*more):
    """The columns of a mark on a playlist, and what its kind has beside them."""
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("created_at", models.DateTimeField()),
        (
            "is_counted",
            models.BooleanField(
                default=True, help_text="Part of the thing's count: while the person is in good standing."
            ),
        ),
        *more,
        (
            "person",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        (
            "playlist",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="playlists.playlist",
            ),
        ),
    ]


def once_and_walked(name):
    """One mark by a person on a playlist, and what lists of them walk along."""
    return {
        "indexes": [
            models.Index(fields=["person", "-created_at", "-id"], name=f"{name}_by_person"),
            models.Index(fields=["playlist", "-created_at", "-id"], name=f"{name}_by_playlist"),
        ],
        "constraints": [models.UniqueConstraint(fields=("person", "playlist"), name=f"{name}_once")],
    }


class Migration(migrations.Migration):
    """Likes and reposts of playlists, and posts that bring one. Posts that are there bring none: no row is asked."""

    dependencies = [
        ("engagement", "0005_trash_indexes"),
        ("playlists", "0003_counted_on"),
        ("tracks", "0013_space_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(name="PlaylistLike", fields=mark(), options=once_and_walked("playlist_like")),
        migrations.CreateModel(
            name="PlaylistRepost",
            fields=mark(("caption", models.CharField(blank=True, max_length=200))),
            options=once_and_walked("playlist_repost"),
        ),
        migrations.AddField(
            model_name="post",
            name="playlist",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="playlists.playlist",
            ),
        ),
        AddConstraintNotValid(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("track__isnull", True), ("playlist__isnull", True), _connector="OR"),
                name="post_brings_one_thing",
            ),
        ),
    ]
