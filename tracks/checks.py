"""Tells whoever starts Earshot which protections its machine lacks."""

from typing import Any

from django.core import checks

from config.lib.sandbox import reach

LANDLOCK_HINT = (
    "Linux 5.13 or newer, with landlock in `lsm=` where the kernel's command line has that; in a container, a seccomp "
    "profile that allows landlock_create_ruleset, landlock_add_rule and landlock_restrict_self."
)
SECCOMP_HINT = "A Linux with CONFIG_SECCOMP_FILTER, on x86-64 or 64-bit ARM."


@checks.register(checks.Tags.security)
def protections(**_: Any) -> list[checks.CheckMessage]:
    """What this kernel cannot keep from a program that a file has taken over (docs/decisions/0020).

    For information: it is the machine that lacks it, and everything works without.
    """
    means = reach.protections()
    found: list[checks.CheckMessage] = []
    if not means.landlock:
        told = "Programs that read uploads may open every file that this user may: this kernel has no Landlock."
        found.append(checks.Info(told, hint=LANDLOCK_HINT, id="tracks.I001"))
    if not means.seccomp:
        told = "Programs that read uploads may use the network and start others: this kernel takes no seccomp filter."
        found.append(checks.Info(told, hint=SECCOMP_HINT, id="tracks.I002"))
    return found
