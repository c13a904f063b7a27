"""Everything that `manage.py doctor` looks at, in this order. An app that can be ill gets a line here."""

import tracks.doctor
from config.lib.doctor import Check, deliveries, safety, services

CHECKS = (
    Check("settings", safety.unsafe_settings),
    Check("database", services.database),
    Check("migrations", services.migrations, needs=("database",)),
    Check("redis", services.redis),
    Check("broker", services.broker),
    Check("workers", services.workers, needs=("broker",)),
    Check("partitions", deliveries.partitions, needs=("database", "migrations")),
    Check("relay", deliveries.relay, needs=("database", "migrations")),
    Check("parked", deliveries.parked, needs=("database", "migrations")),
    Check("sounds", tracks.doctor.sounds, needs=("database", "migrations")),
    Check("ffmpeg", tracks.doctor.ffmpeg),
    Check("storage", services.stored_objects),
    Check("mail", services.mail),
)
