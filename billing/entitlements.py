"""What a plan grants to whoever has it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one person may have here; None is unlimited. Bytes are those of originals."""

    upload_ms: int | None
    storage_bytes: int | None
    per_upload_ms: int | None
    per_upload_bytes: int | None
    downloads_per_day: int | None


@dataclass(frozen=True, kw_only=True)
class Features:
    """What the players and apps of one person may do."""

    ad_free: bool
    offline: bool
    full_length: bool
    high_quality: bool


@dataclass(frozen=True, kw_only=True)
class Entitlements:
    """The plan that a person has, by its code, and what it grants."""

    plan: str
    limits: Limits
    features: Features
