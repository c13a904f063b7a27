from django.utils import timezone

from accounts.models import User
from accounts.querysets import seen_by
from config.lib.limits.budgets import MAILS_TO, budget
from config.lib.limits.limiter import draw
from config.lib.limits.subjects import name_subject
from config.lib.mails import send_mail
from config.lib.viewer import Viewer
from social.links import invitation_url
from social.models import SpaceInvitation, SpaceMember
from social.services import token_of


def send_invitation(*, invitation_id: int) -> None:
    """The link that comes into a space, to whom it is for. Nothing is sent for an invitation that is over, to who is in
    the space already, or to who is parted from its maker, who learns nothing of it; nor more than a few an hour to one
    address, whoever sends them."""
    good = SpaceInvitation.objects.good(at=timezone.now()).select_related("space", "made_by", "invitee")
    invitation = good.filter(pk=invitation_id).first()
    if invitation is None:
        return
    address, reader = reader_of(invitation)
    if not address or not draw(budget(MAILS_TO), subject=name_subject(address)).allowed:
        return
    send_mail(
        to=address,
        template="social/space_invitation",
        context={"user": reader, "invitation": invitation, "url": invitation_url(token=token_of(invitation))},
        locale=reader.locale if reader else "",
    )


def reader_of(invitation: SpaceInvitation) -> tuple[str, User | None]:
    """The address that an invitation is mailed to, or none, and whose it is, if it is somebody's here."""
    email = invitation.invitee.email if invitation.invitee else invitation.email
    people = User.objects.get_queryset()
    person = invitation.invitee or people.filter(email=email, verified_at__isnull=False).first()
    if person is None:
        return email, None
    meets = people.filter(seen_by(Viewer(user=invitation.made_by)), pk=person.pk).exists()
    is_in = SpaceMember.objects.filter(space=invitation.space, person=person).exists()
    return (email, person) if meets and not is_in else ("", person)
