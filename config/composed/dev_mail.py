"""`/dev/mail/`: the mails that this installation has written to its folder. Only where DEV_PAGES is on."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.composed.pages import page, viewer_of

MOST = 50
SEPARATOR = b"-" * 79 + b"\n"


def mails_in(folder: Path) -> list[dict[str, Any]]:
    """The newest mails first, at most fifty. Django writes one file a connection, mails divided by a line."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    raws = [raw for file in files[:MOST] for raw in reversed(file.read_bytes().split(SEPARATOR)) if raw.strip()]
    return [described(email.message_from_bytes(raw, policy=email.policy.default)) for raw in raws[:MOST]]


def described(mail: EmailMessage) -> dict[str, Any]:
    """What the page shows of a mail: its heads and its text part."""
    text = mail.get_body(preferencelist=("plain",))
    return {
        "subject": mail["Subject"],
        "to": mail["To"],
        "date": mail["Date"],
        "text": text.get_content() if text else "",
    }


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mails, newest first. Their links come out of the text by Django's `urlize`, which escapes the rest."""
    context = {"mails": mails_in(Path(settings.EMAIL_FILE_PATH))}
    response = page(request, "dev_mail", context, viewer=viewer_of(request))
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
