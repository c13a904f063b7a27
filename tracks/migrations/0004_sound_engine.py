import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0003_uploads'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fingerprint',
            fields=[
                ('sound', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fingerprint', serialize=False, to='tracks.sound')),
                ('raw', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='rendition',
            name='is_copy',
            field=models.BooleanField(db_default=False, help_text="Its packets are the original's own."),
        ),
        migrations.AddField(
            model_name='sound',
            name='integrated_lufs',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sound',
            name='lane',
            field=models.CharField(choices=[('short', 'Short'), ('long', 'Long')], db_default='short', max_length=5),
        ),
        migrations.AddField(
            model_name='sound',
            name='range_lu',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sound',
            name='released_at',
            field=models.DateTimeField(blank=True, help_text='Since then no match holds it.', null=True),
        ),
        migrations.AddField(
            model_name='sound',
            name='todo',
            field=models.CharField(blank=True, choices=[('', 'Nothing'), ('further', 'Further'), ('again', 'Again')], db_default='', help_text='Once it plays.', max_length=8),
        ),
        migrations.AddField(
            model_name='sound',
            name='tries',
            field=models.PositiveSmallIntegerField(db_default=0, help_text='Attempts at what is to be done now.'),
        ),
        migrations.AddField(
            model_name='sound',
            name='true_peak_dbtp',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='processingstage',
            name='name',
            field=models.CharField(choices=[('probe', 'Probe'), ('transcode', 'Transcode'), ('waveform', 'Waveform'), ('loudness', 'Loudness'), ('fingerprint', 'Fingerprint'), ('publish', 'Publish')], max_length=12),
        ),
        migrations.AlterField(
            model_name='processingstage',
            name='state',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('skipped', 'Skipped'), ('failed', 'Failed')], default='waiting', max_length=8),
        ),
        migrations.AlterField(
            model_name='rendition',
            name='kind',
            field=models.CharField(choices=[('aac_hls', 'Aac Hls'), ('opus', 'Opus'), ('mp3', 'Mp3'), ('preview', 'Preview')], max_length=8),
        ),
        migrations.AlterField(
            model_name='sound',
            name='heartbeat_at',
            field=models.DateTimeField(blank=True, help_text='While somebody works on it.', null=True),
        ),
        migrations.CreateModel(
            name='BlockedSound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('items', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('reason', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField()),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tracks.sound')),
            ],
        ),
        migrations.AddField(
            model_name='sound',
            name='held_for',
            field=models.ForeignKey(blank=True, db_index=False, help_text='What it matched.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tracks.blockedsound'),
        ),
        migrations.AddIndex(
            model_name='blockedsound',
            index=django.contrib.postgres.indexes.GinIndex(fields=['items'], name='blocked_items'),
        ),
    ]
