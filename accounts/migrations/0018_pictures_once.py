from django.db import migrations

# What a try that was cut off has left is no index to rely on.
NO_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS user_{0}_once"
INDEX = "CREATE UNIQUE INDEX CONCURRENTLY user_{0}_once ON accounts_user ({0}_id)"
NOT_KNOWN = "ALTER TABLE accounts_user DROP CONSTRAINT IF EXISTS user_{0}_known"
KNOWN = (
    "ALTER TABLE accounts_user ADD CONSTRAINT user_{0}_known FOREIGN KEY ({0}_id) REFERENCES accounts_picture (id)"
    " DEFERRABLE INITIALLY DEFERRED NOT VALID"
)
VALID = "ALTER TABLE accounts_user VALIDATE CONSTRAINT user_{0}_known"
NOTHING = migrations.RunSQL.noop
STEPS = ((NO_INDEX, NO_INDEX), (INDEX, NOTHING), (NOT_KNOWN, NOT_KNOWN), (KNOWN, NOTHING), (VALID, NOTHING))


class Migration(migrations.Migration):
    """Each picture is one person's: an index built beside the living table, and a rule that is looked at afterwards."""

    atomic = False
    dependencies = [("accounts", "0017_pictures")]

    operations = [
        migrations.RunSQL(forth.format(slot), back.format(slot))
        for slot in ("avatar", "header")
        for forth, back in STEPS
    ]
