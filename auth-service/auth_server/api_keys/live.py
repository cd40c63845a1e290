"""Whether an API key holds, asked for the other services."""

from dataclasses import dataclass

from service_kit.database import Database

from auth_server.api_keys.rules import ApiKeyRules
from auth_server.api_keys.schemas import LiveApiKey
from auth_server.api_keys.service import ApiKeyService
from auth_server.db.optional_write import write_if_possible


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
            await write_if_possible(
                self.database,
                lambda session: ApiKeyService(session, self.rules).note_use(live.id),
                otherwise="api_key_use_not_noted",
            )
        return live
