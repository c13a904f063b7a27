from typing import Any

from rest_framework import serializers

from accounts.serializers.second_factor import OTP

PROOFS = ("code", "id_token", "continuation")
BESIDE_CODE = ("code_verifier", "redirect_uri")


class GoogleWrite(serializers.Serializer[Any]):
    """`code` with `code_verifier` and `redirect_uri` (authorization code flow with PKCE), or `id_token`."""

    code = serializers.CharField(max_length=2000, required=False)
    code_verifier = serializers.RegexField(r"^[A-Za-z0-9._~-]{43,128}\Z", required=False)
    redirect_uri = serializers.CharField(max_length=500, required=False)
    id_token = serializers.CharField(max_length=8000, required=False)
    nonce = serializers.CharField(
        max_length=200, required=False, help_text="What was sent to Google with the request, if anything was."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One proof, and what belongs to it."""
        proofs = [name for name in PROOFS if name in attrs]
        if len(proofs) != 1:
            raise serializers.ValidationError(f"Send one of: {', '.join(self.proofs())}.", code="one_proof")
        missing = [name for name in BESIDE_CODE if name not in attrs] if proofs == ["code"] else []
        if missing:
            raise serializers.ValidationError(dict.fromkeys(missing, "This field is required."), code="required")
        return attrs

    def proofs(self) -> list[str]:
        """Those of the proofs that this body may bring."""
        return [name for name in PROOFS if name in self.fields]


class GoogleSignInWrite(GoogleWrite):
    """Or `continuation` with `otp`, after `otp_required`."""

    continuation = serializers.CharField(
        max_length=2000, required=False, help_text="What the problem `otp_required` brought; good for five minutes."
    )
    otp = serializers.CharField(**OTP, required=False)
    invite = serializers.CharField(
        max_length=100, required=False, help_text="The code of an invitation, where a new account needs one."
    )


class GoogleConnectionWrite(GoogleWrite):
    """Beside it the password, unless the sign-in is less than ten minutes old."""

    password = serializers.CharField(max_length=256, trim_whitespace=False, required=False)


class ConnectionCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    provider = serializers.CharField()
    email = serializers.CharField(help_text="What the service calls the account's address; may be empty.")
    created_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField()
