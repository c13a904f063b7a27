"""Structured logs: one JSON object a line (or readable lines in development), and no secret in any of them."""

import logging.config
import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET_NAMES = re.compile(r"password|secret|token|authorization|cookie|api_key|(?:^|_)otp(?:_|$)", re.IGNORECASE)
SECRET_SHAPES = (
    (re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"), "[token]"),
    (re.compile(r"(token|ticket|grant|key|password|X-Amz-Signature)=[^&\s\"']+"), r"\1=[hidden]"),
    (re.compile(r"/media/[^/\s\"']{20,}/"), "/media/[capability]/"),
    (re.compile(r"/s/[\w-]{20,}"), "/s/[token]"),
    (re.compile(r"/invitations/[^/\s\"']{20,}/"), "/invitations/[token]/"),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:[hidden]@"),
    (re.compile(r"\b[0-9a-f-]{36}\.[\w-]{43}\b"), "[key]"),
    (re.compile(r"\b(?:[sr]k_(?:live|test)|whsec)_\w+"), "[key]"),
)


def hide_secrets(text: str) -> str:
    """`text` without signed tokens, secret query parameters, media capabilities and the tokens of
    invitations and shared links."""
    for shape, replacement in SECRET_SHAPES:
        text = shape.sub(replacement, text)
    return text


def name_request(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Django's own lines bring the whole request, whose text is its address with the query: only the id stays."""
    request_id = getattr(event.pop("request", None), "request_id", "")
    if request_id:
        event.setdefault("request_id", request_id)
    return event


def redact(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The last processor before rendering, for our own lines and for those of libraries."""
    return dict(without_secrets(event))


def without_secrets(value: Any, name: str = "") -> Any:
    """`value` as it may stand in a log under `name`; what is neither text, number nor collection as its repr."""
    if SECRET_NAMES.search(name):
        return "[hidden]"
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(inner): without_secrets(of, str(inner)) for inner, of in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [without_secrets(of) for of in value]
    return hide_secrets(value if isinstance(value, str) else repr(value))


# Every line, ours or a library's, gets these; times are added only where no supervisor writes them before each line.
STEPS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.format_exc_info,
)
QUIETER = {
    # Our own line a request says more, and says it without the query.
    "django.server": {"handlers": [], "propagate": False},
    "uvicorn.access": {"handlers": [], "propagate": False},
    # uvicorn brings handlers of its own, which hide nothing; and a line for each socket, with its query.
    "uvicorn": {"handlers": [], "propagate": True},
    "earshot.socket.protocol": {"level": "WARNING"},
    # Our own line a task says how it ended, and says it without the task's arguments.
    "celery.app.trace": {"level": "CRITICAL"},
    "celery.beat": {"level": "WARNING"},
    "celery.worker.strategy": {"level": "WARNING"},
}


def formatter(style: str) -> dict[str, Any]:
    """The formatter that renders every line: `json` with the time, or `console` without."""
    ending: list[Processor] = [structlog.dev.ConsoleRenderer(colors=False)]
    if style == "json":
        ending = [structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()]
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": STEPS,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, name_request, redact, *ending],
    }


def configure(config: Mapping[str, Any]) -> None:
    """Django's LOGGING_CONFIG. `config`: `format` (json or console) and `level`."""
    structlog.configure(
        processors=[*STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": formatter(config["format"])},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": config["level"]},
            "loggers": QUIETER,
        }
    )
