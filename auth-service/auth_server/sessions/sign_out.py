"""Signing out, with whatever the caller still has of the session."""

from dataclasses import dataclass

from service_kit.database import Database
from service_kit.errors import CredentialsRefused
from service_kit.tokens import TokenCodec
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.service import SessionService


@dataclass(frozen=True, slots=True)
class SignOut:
    """Ends the session of an access token, of a refresh token, or both."""

    database: Database
    rules: SessionRules
    codec: TokenCodec
    auditor: Auditor

    async def sign_out(self, *, access_token: str | None, refresh_token: str | None) -> None:
        """Ends each session that one of the tokens belongs to; one that has ended already is no error.

        Raises: CredentialsRefused (401) when neither token is one of ours.
        """
        session_id = self._session_of_access(access_token)

        def end(session: Session) -> bool:
            sessions = SessionService(session, self.rules)
            of_refresh = sessions.session_of(refresh_token) if refresh_token else None
            found = {one for one in (session_id, of_refresh) if one}
            for one in found:
                sessions.revoke(one, "signed_out")
                if owner := sessions.owner(one):
                    self.auditor.on_behalf_of(owner).record(session, "session.ended", Target("session", one, ""))
            return bool(found)

        if not await self.database.write(end):
            raise CredentialsRefused()

    def _session_of_access(self, access_token: str | None) -> str | None:
        if access_token is None:
            return None
        try:
            return self.codec.verify(access_token, "access").session_id
        except CredentialsRefused:  # the access token may be over while the page's cookie still holds
            return None
