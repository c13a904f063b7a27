from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0007_replaced_sounds_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='track',
            name='publish_at',
            field=models.DateTimeField(blank=True, help_text='When it becomes public by itself.', null=True),
        ),
        AddConstraintNotValid(
            model_name='track',
            constraint=models.CheckConstraint(
                condition=models.Q(('publish_at__isnull', True), models.Q(('published_at__isnull', True), models.Q(('visibility', 'public'), _negated=True)), _connector='OR'),
                name='schedule_ends_when_public',
            ),
        ),
    ]
