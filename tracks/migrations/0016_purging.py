from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracks', '0015_share_links'),
    ]

    operations = [
        migrations.AddField(
            model_name='track',
            name='purging_at',
            field=models.DateTimeField(blank=True, help_text='Since then nobody brings it back: what is stored of it goes.', null=True),
        ),
        AddConstraintNotValid(
            model_name='track',
            constraint=models.CheckConstraint(
                condition=models.Q(('purging_at__isnull', True), ('deleted_at__isnull', False), _connector='OR'),
                name='purging_is_in_trash',
            ),
        ),
    ]
