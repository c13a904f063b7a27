"""HTTP to one call of the domain, by the part of an account that is meant."""

from accounts.leaving.viewsets import DeletionCodeViewSet, ExportViewSet
from accounts.viewsets.connections import ConnectionViewSet, GoogleViewSet
from accounts.viewsets.credentials import CredentialViewSet, MailedKeyViewSet
from accounts.viewsets.invites import InviteViewSet
from accounts.viewsets.me import MeViewSet
from accounts.viewsets.people import UserViewSet
from accounts.viewsets.personal_tokens import PersonalTokenViewSet
from accounts.viewsets.pictures import AvatarViewSet, HeaderViewSet
from accounts.viewsets.registration import RegistrationViewSet
from accounts.viewsets.second_factor import SecondFactorViewSet
from accounts.viewsets.sessions import SessionViewSet
from accounts.viewsets.tokens import TicketViewSet, TokenViewSet

__all__ = [
    "AvatarViewSet",
    "ConnectionViewSet",
    "CredentialViewSet",
    "DeletionCodeViewSet",
    "ExportViewSet",
    "GoogleViewSet",
    "HeaderViewSet",
    "InviteViewSet",
    "MailedKeyViewSet",
    "MeViewSet",
    "PersonalTokenViewSet",
    "RegistrationViewSet",
    "SecondFactorViewSet",
    "SessionViewSet",
    "TicketViewSet",
    "TokenViewSet",
    "UserViewSet",
]
