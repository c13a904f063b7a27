import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def one_line(sql: str) -> str:
    return " ".join(sql.split())


# Partitioned by month; Django cannot say that, so the table is made by hand and only described to it. The default
# partition takes what no month's partition takes; `plays.keep_months` makes the months ahead.
# One line a statement: the migration linter reads lines.
TABLE = [
    one_line("""CREATE TABLE engagement_play (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        track_id bigint NOT NULL,
        person_id bigint,
        listener bytea NOT NULL,
        barred varchar(9) NOT NULL,
        outcome varchar(9) NOT NULL,
        duration_ms integer NOT NULL CHECK (duration_ms >= 0),
        position_ms integer NOT NULL CHECK (position_ms >= 0),
        listened_ms integer NOT NULL CHECK (listened_ms >= 0),
        heard_ms integer NOT NULL CHECK (heard_ms >= 0),
        refused_ms integer NOT NULL CHECK (refused_ms >= 0),
        beat_at timestamptz NOT NULL,
        reached_at timestamptz,
        ended_at timestamptz,
        heard_bits bytea NOT NULL,
        skipped_bits bytea NOT NULL,
        replayed_bits bytea NOT NULL,
        referrer varchar(253) NOT NULL,
        country varchar(2) NOT NULL,
        settled boolean NOT NULL,
        PRIMARY KEY (id, created_at),
        CONSTRAINT counted_was_heard CHECK (outcome <> 'counted' OR (reached_at IS NOT NULL AND barred = '')),
        CONSTRAINT barred_is_the_outcome CHECK (barred = '' OR barred = outcome),
        CONSTRAINT said_is_believed_or_not CHECK (listened_ms = heard_ms + refused_ms)
    ) PARTITION BY RANGE (created_at)
    """),
    "CREATE TABLE engagement_play_default PARTITION OF engagement_play DEFAULT",
    "CREATE INDEX play_of_track ON engagement_play (track_id, created_at)",
    "CREATE INDEX play_of_person ON engagement_play (person_id, created_at, id) WHERE person_id IS NOT NULL",
    "CREATE INDEX play_of_person_and_track ON engagement_play (person_id, track_id, created_at) "
    "WHERE person_id IS NOT NULL",
    "CREATE INDEX play_unsettled ON engagement_play (created_at) WHERE NOT settled",
]
NO_TABLE = ["DROP TABLE engagement_play"]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_country_index'),
        ('engagement', '0003_comment_likes'),
        ('tracks', '0014_last_played'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ForgottenMonth',
            fields=[
                ('month', models.DateField(primary_key=True, serialize=False)),
                ('forgotten_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='HistoryClearing',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('cleared_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PlaySalt',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('salt', models.BinaryField(max_length=32)),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, NO_TABLE)],
            state_operations=[
                migrations.CreateModel(
                    name='Play',
                    fields=[
                        ('id', models.UUIDField(primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField()),
                        ('listener', models.BinaryField(max_length=16)),
                        ('barred', models.CharField(blank=True, help_text='Why it cannot count, whatever is heard.', max_length=9)),
                        ('outcome', models.CharField(choices=[('counted', 'counted'), ('too_short', 'not enough of it was heard (yet)'), ('too_fast', 'it would be enough if more had been heard than time went by'), ('repeat', 'the same listener had counted within the hour before'), ('owner', 'whoever may edit the track does not count'), ('bot', 'a program that says that it is one'), ('crowd', 'more began at this address than people begin')], default='too_short', max_length=9)),
                        ('duration_ms', models.PositiveIntegerField(help_text='Of the track as it was then.')),
                        ('position_ms', models.PositiveIntegerField(default=0, help_text='Where the listener was last.')),
                        ('listened_ms', models.PositiveIntegerField(default=0, help_text='What the client says was heard.')),
                        ('heard_ms', models.PositiveIntegerField(default=0, help_text='What of that is believed.')),
                        ('refused_ms', models.PositiveIntegerField(default=0, help_text='What of that is not.')),
                        ('beat_at', models.DateTimeField()),
                        ('reached_at', models.DateTimeField(blank=True, help_text='When enough was heard.', null=True)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('heard_bits', models.BinaryField()),
                        ('skipped_bits', models.BinaryField()),
                        ('replayed_bits', models.BinaryField()),
                        ('referrer', models.CharField(blank=True, help_text='The site that led here.', max_length=253)),
                        ('country', models.CharField(blank=True, max_length=2)),
                        ('settled', models.BooleanField(default=False, help_text='The figures of its day know of it as it is.')),
                        ('person', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('track', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tracks.track')),
                    ],
                ),
            ],
        ),
        migrations.CreateModel(
            name='PlayClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('track_id', models.BigIntegerField()),
                ('subject', models.BinaryField(max_length=16)),
                ('listener', models.BinaryField(help_text='Under which the ledger knows the play that counted.', max_length=16)),
                ('counted_at', models.DateTimeField(blank=True, null=True)),
                ('judged_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['judged_at'], name='play_claim_age')],
                'constraints': [models.UniqueConstraint(fields=('track_id', 'subject'), name='one_claim_a_listener')],
            },
        ),
        migrations.CreateModel(
            name='ArtistDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('listeners', models.PositiveIntegerField()),
                ('artist', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('artist', 'day'), name='artist_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='TrackDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('plays', models.PositiveIntegerField()),
                ('listeners', models.PositiveIntegerField()),
                ('heard_ms', models.PositiveBigIntegerField()),
                ('track', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracks.track')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('track', 'day'), name='figures_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='TrackDayHeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('heard', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
                ('skipped', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
                ('replayed', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None)),
                ('track', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracks.track')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('track', 'day'), name='heat_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='TrackDayShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('kind', models.CharField(choices=[('referrer', 'referrer'), ('country', 'country')], max_length=8)),
                ('value', models.CharField(max_length=253)),
                ('plays', models.PositiveIntegerField()),
                ('track', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracks.track')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('track', 'day', 'kind', 'value'), name='share_once_a_day')],
            },
        ),
    ]
