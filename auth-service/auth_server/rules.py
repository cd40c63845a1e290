"""What sessions and factors go by, as the settings say: for the application and for the command line."""

from collections.abc import Callable
from datetime import datetime, timedelta

from auth_server.factors.recovery_codes import RecoveryCodeHasher
from auth_server.factors.relying_party import RelyingParties
from auth_server.factors.rules import FactorRules
from auth_server.page_origins import PageOrigins
from auth_server.secrets_at_rest import SecretBox
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
