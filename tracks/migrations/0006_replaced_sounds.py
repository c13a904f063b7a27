from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0005_sound_todo'),
    ]

    operations = [
        migrations.AddField(
            model_name='sound',
            name='remove_at',
            field=models.DateTimeField(blank=True, help_text='Replaced; kept until its last stream is over.', null=True),
        ),
    ]
