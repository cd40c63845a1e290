"""What the other services are told of a token or API key (RFC 7662)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service_kit.credentials import is_api_key
from service_kit.errors import CredentialsRefused
from service_kit.tokens import ISSUER, TokenCodec

from auth_server.api_keys.live import LiveApiKeys
from auth_server.sessions.live import LiveSessions
from auth_server.tokens.schemas import ActiveApiKey, ActiveToken, InactiveToken


@dataclass(frozen=True, slots=True)
class Introspection:
    """Verifies as the services do, then asks the database."""

    codec: TokenCodec
    sessions: LiveSessions
    api_keys: LiveApiKeys

    async def introspect(self, token: str) -> ActiveToken | ActiveApiKey | InactiveToken:
        """Whether the access token or API key holds at this moment; anything else that is sent does not."""
        return await (self._api_key(token) if is_api_key(token) else self._access_token(token))

    async def introspect_all(self, tokens: Sequence[str]) -> list[ActiveToken | ActiveApiKey | InactiveToken]:
        """The same of each, in their order."""
        return await asyncio.gather(*map(self.introspect, tokens))

    async def _access_token(self, token: str) -> ActiveToken | InactiveToken:
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

    async def _api_key(self, text: str) -> ActiveApiKey | InactiveToken:
        key = await self.api_keys.find(text)
        if key is None:
            return InactiveToken(active=False)
        return ActiveApiKey(
            active=True,
            token_type="Bearer",  # noqa: S106
            scope=key.scope,
            client_id=key.id,
            username=key.account.username,
            sub=key.account.username,
            user_id=key.account.user_id,
            roles=list(key.account.roles),
            iss=ISSUER,
            iat=int(key.created_at.timestamp()),
            exp=int(key.expires_at.timestamp()) if key.expires_at else None,
        )
