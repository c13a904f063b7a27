import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0013_space_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='trackcounts',
            name='last_played_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='DownloadDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('downloads', models.PositiveIntegerField()),
                ('track', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tracks.track')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('track', 'day'), name='downloads_once_a_day')],
            },
        ),
    ]
