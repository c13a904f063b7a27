from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings

from accounts.links import verify_email_url
from accounts.models import User
from config.lib.mails import send_mail


def send_verification(*, user_id: int) -> None:
    """The link that confirms an address. Nothing is sent when there is nothing left to confirm, or when somebody else
    has confirmed the address in the meantime."""
    address = EmailAddress.objects.filter(user_id=user_id, primary=True, verified=False).select_related("user").first()
    if address is None or EmailAddress.objects.filter(email=address.email, verified=True).exists():
        return
    url = verify_email_url(key=EmailConfirmationHMAC(address).key)
    send_mail(to=address.email, template="accounts/verify_email", context={"user": address.user, "url": url})


def send_address_tried(*, user_id: int) -> None:
    """Tell the owner of an address that somebody tried to register with it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        send_mail(to=user.email, template="accounts/address_tried", context={"user": user, "url": settings.SITE_URL})
