"""What the features go by, as the settings say: for the application and for the command line."""

from collections.abc import Callable
from datetime import datetime, timedelta

from service_kit.api_keys import ApiKeyCodec
from service_kit.secrets_at_rest import SecretBox

from auth_server.api_keys.rules import ApiKeyHasher, ApiKeyRules
from auth_server.factors.recovery_codes import RecoveryCodeHasher
from auth_server.factors.relying_party import RelyingParties
from auth_server.factors.rules import FactorRules
from auth_server.invitations.schemas import InvitationRules
from auth_server.invitations.tokens import InvitationTokens
from auth_server.page_origins import PageOrigins
from auth_server.recovery.rules import ResetRules
from auth_server.sessions.refresh_tokens import RefreshTokenSigner
from auth_server.sessions.rules import SessionRules
from auth_server.settings import AuthSettings


def session_rules(settings: AuthSettings, now: Callable[[], datetime]) -> SessionRules:
    """What sessions go by; `now` is the clock."""
    return SessionRules(
        idle=timedelta(days=settings.session_idle_days),
        absolute=timedelta(days=settings.session_absolute_days),
        signer=RefreshTokenSigner(settings.auth_secret_key.get_secret_value()),
        now=now,
    )


def factor_rules(settings: AuthSettings, sessions: SessionRules) -> FactorRules:
    """What factors go by, with the clock of the sessions."""
    secret = settings.auth_secret_key.get_secret_value()
    return FactorRules(
        box=SecretBox(secret, "totp-secrets"),
        codes=RecoveryCodeHasher(secret),
        parties=RelyingParties(settings.webauthn_rp_id, PageOrigins(settings.cors_origins)),
        sessions=sessions,
    )


def reset_rules(settings: AuthSettings, now: Callable[[], datetime]) -> ResetRules:
    """What links that set a new password go by; `now` is the clock."""
    return ResetRules(
        lifetime=timedelta(minutes=settings.password_reset_minutes),
        mails_per_hour=settings.password_reset_mails_per_hour,
        page_address=settings.public_url,
        now=now,
    )


def api_key_rules(settings: AuthSettings, now: Callable[[], datetime]) -> ApiKeyRules:
    """What API keys go by; `now` is the clock."""
    secret, days = settings.auth_secret_key.get_secret_value(), settings.api_key_maximum_days
    return ApiKeyRules(
        codec=ApiKeyCodec(secret),
        hasher=ApiKeyHasher(secret),
        per_user=settings.api_keys_per_user,
        longest=None if days is None else timedelta(days=days),
        now=now,
    )


def invitation_rules(settings: AuthSettings, now: Callable[[], datetime]) -> InvitationRules:
    """What invitations go by; `now` is the clock."""
    tokens = InvitationTokens(settings.auth_secret_key.get_secret_value())
    return InvitationRules(tokens, settings.public_url, now)
