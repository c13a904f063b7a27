"""The offers of the site. Staff write them, in the admin."""

from django.db import transaction

from billing.models import Plan
from config.lib.errors import DomainError

# Whether a plan is offered, and to everybody, are acts of their own: neither looked at nor written with the rest, for
# another one may have become the default since this one was read.
STANDING = frozenset({"is_default", "is_archived"})
COLUMNS = frozenset(field.name for field in Plan._meta.concrete_fields)  # noqa: SLF001 -- Django's documented name for it
SAYS = COLUMNS - STANDING - {"id", "code"}


class DefaultPlanNeeded(DomainError):
    code = "default_plan_needed"
    title = "Whoever has no other plan has {plan}; make another one the default first."


@transaction.atomic
def add_plan(*, plan: Plan) -> Plan:
    """Make an offer. Raises ValidationError."""
    plan.full_clean(exclude=STANDING)
    plan.save(force_insert=True)
    return plan


@transaction.atomic
def change_plan(*, plan: Plan) -> Plan:
    """Write what an offer says, but for its code; its limits hold from the next upload on. Raises ValidationError."""
    plan.full_clean(exclude=STANDING)
    plan.save(update_fields=SAYS)
    return plan


@transaction.atomic
def make_default(*, plan: Plan) -> Plan:
    """Give the plan to everybody who has no other; it is offered from now on."""
    # All of them, in one order: of two who choose at once the second waits for the first.
    list(Plan.objects.select_for_update(no_key=True).order_by("pk"))
    Plan.objects.filter(is_default=True).exclude(pk=plan.pk).update(is_default=False)
    Plan.objects.filter(pk=plan.pk).update(is_default=True, is_archived=False)
    return Plan.objects.get(pk=plan.pk)


@transaction.atomic
def archive_plan(*, plan: Plan) -> Plan:
    """Offer the plan no longer; whoever has it keeps it. Raises DefaultPlanNeeded."""
    if not Plan.objects.filter(pk=plan.pk, is_default=False).update(is_archived=True):
        raise DefaultPlanNeeded(plan=plan.code)
    return Plan.objects.get(pk=plan.pk)


@transaction.atomic
def offer_plan(*, plan: Plan) -> Plan:
    """Offer an archived plan again."""
    Plan.objects.filter(pk=plan.pk).update(is_archived=False)
    return Plan.objects.get(pk=plan.pk)
