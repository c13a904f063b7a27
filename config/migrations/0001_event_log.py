import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

import config.models



def one_line(sql: str) -> str:
    return " ".join(sql.split())


# Partitioned by day; Django cannot say that, so the tables are made by hand and only described to it. The default
# partitions take what no day's partition takes; `events keep` makes the days ahead and drops the old ones.
# One line a statement: the migration linter reads lines.
TABLES = [
    "CREATE SEQUENCE config_domainevent_id_seq",
    one_line("""CREATE TABLE config_domainevent (
        id bigint NOT NULL DEFAULT nextval('config_domainevent_id_seq'),
        created_at timestamptz NOT NULL DEFAULT now(),
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        type varchar(80) NOT NULL,
        payload jsonb NOT NULL,
        topics varchar(60)[] NOT NULL,
        request_id varchar(64) NOT NULL DEFAULT '',
        PRIMARY KEY (id, created_at)
    ) PARTITION BY RANGE (created_at)
    """),
    "CREATE TABLE config_domainevent_default PARTITION OF config_domainevent DEFAULT",
    "CREATE INDEX event_in_order ON config_domainevent (xid, id)",
    "CREATE INDEX event_of_topic ON config_domainevent USING gin (topics)",
    "CREATE SEQUENCE config_eventdelivery_id_seq",
    one_line("""CREATE TABLE config_eventdelivery (
        id bigint NOT NULL DEFAULT nextval('config_eventdelivery_id_seq'),
        created_at timestamptz NOT NULL,
        event_id bigint NOT NULL,
        route varchar(100) NOT NULL,
        payload jsonb NOT NULL,
        request_id varchar(64) NOT NULL DEFAULT '',
        due_at timestamptz NOT NULL,
        attempts smallint NOT NULL DEFAULT 0,
        done_at timestamptz,
        parked_at timestamptz,
        last_error varchar(500) NOT NULL DEFAULT '',
        PRIMARY KEY (id, created_at),
        CONSTRAINT delivery_done_or_parked CHECK (done_at IS NULL OR parked_at IS NULL)
    ) PARTITION BY RANGE (created_at)
    """),
    "CREATE TABLE config_eventdelivery_default PARTITION OF config_eventdelivery DEFAULT",
    "CREATE UNIQUE INDEX delivery_once ON config_eventdelivery (event_id, route, created_at)",
    "CREATE INDEX delivery_due ON config_eventdelivery (due_at) WHERE done_at IS NULL AND parked_at IS NULL",
    "CREATE INDEX delivery_parked ON config_eventdelivery (parked_at) WHERE parked_at IS NOT NULL",
]
NO_TABLES = [
    "DROP TABLE config_eventdelivery",
    "DROP SEQUENCE config_eventdelivery_id_seq",
    "DROP TABLE config_domainevent",
    "DROP SEQUENCE config_domainevent_id_seq",
]


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLES, NO_TABLES)],
            state_operations=[
                migrations.CreateModel(
                    name="DomainEvent",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("xid", config.models.Xid8Field()),
                        ("type", models.CharField(max_length=80)),
                        ("payload", models.JSONField()),
                        ("topics", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                        ("request_id", models.CharField(blank=True, max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="EventDelivery",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("created_at", models.DateTimeField()),
                        ("event_id", models.BigIntegerField()),
                        ("route", models.CharField(max_length=100)),
                        ("payload", models.JSONField()),
                        ("request_id", models.CharField(blank=True, max_length=64)),
                        ("due_at", models.DateTimeField()),
                        ("attempts", models.PositiveSmallIntegerField(db_default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("parked_at", models.DateTimeField(null=True)),
                        ("last_error", models.CharField(blank=True, db_default="", max_length=500)),
                    ],
                    options={"verbose_name_plural": "event deliveries"},
                ),
            ],
        )
    ]
