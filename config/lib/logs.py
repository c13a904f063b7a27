"""Structured logs: one JSON object a line (or readable lines in development), and no secret in any of them."""

import logging.config
import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|api_key|otp", re.IGNORECASE)
SECRET_SHAPES = (
    (re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"), "[token]"),
    (re.compile(r"(secret_token|ticket|grant|key|X-Amz-Signature)=[^&\s\"']+"), r"\1=[hidden]"),
    (re.compile(r"/media/[^/\s\"']{20,}/"), "/media/[capability]/"),
)


def hide_secrets(text: str) -> str:
    """`text` without signed tokens, secret query parameters and media capabilities."""
    for shape, replacement in SECRET_SHAPES:
        text = shape.sub(replacement, text)
    return text


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The last processor before rendering, for our own lines and for those of libraries."""
    for name, value in event.items():
        if SECRET_NAMES.search(name):
            event[name] = "[hidden]"
        elif isinstance(value, str):
            event[name] = hide_secrets(value)
    return event


def configure(config: Mapping[str, Any]) -> None:
    """Django's LOGGING_CONFIG. `config`: `format` (json or console) and `level`."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    as_json = config["format"] == "json"
    if not as_json:
        before = [step for step in before if not isinstance(step, structlog.processors.TimeStamper)]
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": before,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, last],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": config["level"]},
            "loggers": {
                # Our own line a request says more, and says it without the query.
                "django.server": {"handlers": [], "propagate": False},
                "uvicorn.access": {"handlers": [], "propagate": False},
                # A line when a task comes and one when it goes says nothing that the task itself does not say better.
                "celery.app.trace": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
            },
        }
    )
