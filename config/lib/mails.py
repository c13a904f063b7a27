"""Mails in two parts, text and HTML, from templates."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send_mail(*, to: str, template: str, context: Mapping[str, Any]) -> None:
    """Send `mails/<template>.txt` (its first line is the subject) with `mails/<template>.html` beside it."""
    values = {"instance": settings.INSTANCE_NAME, "site_url": settings.SITE_URL, **context}
    subject, _, text = render_to_string(f"mails/{template}.txt", values).partition("\n")
    message = EmailMultiAlternatives(subject=subject.strip(), body=text.strip() + "\n", to=[to])
    message.attach_alternative(render_to_string(f"mails/{template}.html", values), "text/html")
    message.send()
