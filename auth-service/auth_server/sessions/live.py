"""Whether the session of a verified access token holds, asked on each request and for the other services."""

from dataclasses import dataclass

from service_kit.database import Database
from service_kit.tokens import Principal

from auth_server.db.optional_write import write_if_possible
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.service import SessionService
from auth_server.users.schemas import Account


@dataclass(frozen=True, slots=True)
class LiveSessions:
    """Reads the database each time: here nothing is remembered, so everything takes effect at once."""

    database: Database
    rules: SessionRules

    async def find(self, principal: Principal) -> Account | None:
        """The user with the roles that they have now; None when the session has ended or the account is closed.

        It counts as a use of the session, noted once a minute.
        """
        live = await self.database.read(
            lambda session: SessionService(session, self.rules).live(principal.user_id, principal.session_id)
        )
        if live is None:
            return None
        if live.is_use_stale:
            await write_if_possible(
                self.database,
                lambda session: SessionService(session, self.rules).note_use(live.session_id),
                otherwise="session_use_not_noted",
            )
        return live.account
