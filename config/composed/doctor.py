"""Everything that `manage.py doctor` looks at, in this order. An app that can be ill gets a line here."""

import accounts.leaving.doctor
import tracks.doctor
from config.composed import trash_doctor
from config.lib.doctor import Check, custody, deliveries, safety, services

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
    Check("erasures", accounts.leaving.doctor.erasures, needs=("database", "migrations")),
    Check("trash", trash_doctor.overdue, needs=("database", "migrations")),
    Check("ffmpeg", tracks.doctor.ffmpeg),
    Check("sandbox", tracks.doctor.sandbox, needs=("ffmpeg",)),
    Check("storage", services.stored_objects),
    Check("custody", custody.reconciled, needs=("database", "migrations")),
    Check("mail", services.mail),
)
