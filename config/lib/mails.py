"""Mails in two parts, text and HTML, from templates."""

from collections.abc import Mapping
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from config.lib.site import site_name


class MailRefused(Exception):
    """The mail server took no mail. Says why by its codes alone: its sentences name addresses, and what failed is kept
    in rows and logs, where none belong."""


def send_mail(*, to: str, template: str, context: Mapping[str, Any], locale: str = "") -> None:
    """Send `mails/<template>.txt` (its first line is the subject) with `mails/<template>.html` beside it.

    `locale`: the language and the dates of who reads it, where there is one. Raises MailRefused, OSError.
    """
    language = language_of(locale)
    values = {"instance": site_name(), "site_url": settings.SITE_URL, "language": language, **context}
    with translation.override(language):
        subject, _, text = render_to_string(f"mails/{template}.txt", values).partition("\n")
        html = render_to_string(f"mails/{template}.html", values)
    connection = get_connection()
    message = EmailMultiAlternatives(subject=subject.strip(), body=text.strip() + "\n", to=[to], connection=connection)
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except (SMTPException, AnymailError) as error:
        raise MailRefused(codes_of(error)) from None
    finally:
        connection.close()  # one whose sign-in was refused is left open by Django


def language_of(locale: str) -> str:
    """The language of Django's that comes nearest to a person's locale, or the site's own."""
    try:
        return translation.get_supported_language_variant(locale)
    except LookupError:
        return settings.LANGUAGE_CODE


def codes_of(error: SMTPException | AnymailError) -> str:
    """`SMTPRecipientsRefused 550`: the kind of error and the server's codes."""
    codes: list[object] = []
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, SMTPResponseException):
        codes = [error.smtp_code]
    elif isinstance(error, AnymailError) and error.status_code:
        codes = [error.status_code]
    return " ".join(map(str, [type(error).__name__, *codes]))
