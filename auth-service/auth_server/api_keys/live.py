"""Whether an API key holds, asked for the other services."""

from dataclasses import dataclass

import structlog
from service_kit.database import Database
from service_kit.errors import ServiceError

from auth_server.api_keys.rules import ApiKeyRules
from auth_server.api_keys.schemas import LiveApiKey
from auth_server.api_keys.service import ApiKeyService

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LiveApiKeys:
    """Reads the database each time: here nothing is remembered, so everything takes effect at once."""

    database: Database
    rules: ApiKeyRules

    async def find(self, text: str) -> LiveApiKey | None:
        """The key and its owner with the roles that they have now; None when it does not hold.

        It counts as a use of the key, noted once a minute.
        """
        live = await self.database.read(lambda session: ApiKeyService(session, self.rules).live(text))
        if live is not None and live.is_use_stale:
            await self._note_use(live.id)
        return live

    async def _note_use(self, key_id: str) -> None:
        try:
            await self.database.write(lambda session: ApiKeyService(session, self.rules).note_use(key_id))
        except ServiceError as error:  # a full disk must not turn a question into a refusal
            log.warning("api_key_use_not_noted", code=error.code)
