from django.db import migrations

# Thirty hours, and the bytes of thirty hours of CD sound (44,100 Hz, 16 bit, stereo), rounded up.
UPLOAD_MINUTES = 30 * 60
STORAGE_BYTES = 20 * 1000**3


def make_default_plan(apps, schema_editor):
    """What everybody has until the operator says otherwise: all features, and a bound on what one person stores."""
    apps.get_model("billing", "Plan").objects.get_or_create(
        is_default=True,
        defaults={
            "code": "free",
            "name": "Free",
            "upload_minutes": UPLOAD_MINUTES,
            "storage_bytes": STORAGE_BYTES,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_usage_fillfactor")]

    operations = [migrations.RunPython(make_default_plan, migrations.RunPython.noop)]
