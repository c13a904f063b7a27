"""What `make run` says when everything answers."""

import importlib.util
from importlib import import_module


def welcome(url: str) -> str:
    """The block of addresses and demo logins, closed by the line that other programs wait for."""
    addresses = {
        "page": url,
        "API": f"{url}api/docs/",
        "admin": f"{url}admin/",
        "mails": f"{url}dev/mail/",
    }
    lines = [f"  {name:<8} {address}" for name, address in addresses.items()]
    lines += [f"  {'login':<8} {name:<16} {password:<16} {what}" for name, password, what in logins()]
    lines.append("  Here the admin takes the password alone; in production it asks for a second factor too.")
    return "\n".join(["", *lines, "", f"Earshot is ready at {url}"])


def logins() -> list[tuple[str, str, str]]:
    """The demo's logins: user name, password, what the person is there for. None without a demo."""
    if importlib.util.find_spec("config.demo") is None or importlib.util.find_spec("config.demo.cast") is None:
        return []
    return list(import_module("config.demo.cast").LOGINS)
