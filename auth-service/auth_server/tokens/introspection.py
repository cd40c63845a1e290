"""What the other services are told of a token (RFC 7662)."""

from dataclasses import dataclass

from service_kit.errors import CredentialsRefused
from service_kit.tokens import ISSUER, TokenCodec

from auth_server.sessions.live import LiveSessions
from auth_server.tokens.schemas import ActiveToken, InactiveToken


@dataclass(frozen=True, slots=True)
class Introspection:
    """Verifies as the services do, then asks the database."""

    codec: TokenCodec
    sessions: LiveSessions

    async def introspect(self, token: str) -> ActiveToken | InactiveToken:
        """Whether the access token holds at this moment; anything else that is sent does not."""
        try:
            principal = self.codec.verify(token, "access")
        except CredentialsRefused:
            return InactiveToken(active=False)
        account = await self.sessions.find(principal)
        if account is None:
            return InactiveToken(active=False)
        return ActiveToken(
            active=True,
            token_type="Bearer",  # noqa: S106
            username=account.username,
            sub=account.username,
            user_id=account.user_id,
            roles=list(account.roles),
            sid=principal.session_id,
            jti=principal.token_id,
            iss=ISSUER,
            iat=principal.issued_at,
            exp=principal.expires_at,
        )
