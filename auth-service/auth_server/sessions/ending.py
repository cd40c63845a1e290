"""Ending sessions from the list of them: one's own, and for admins anyone's."""

from dataclasses import dataclass

from service_kit.database import Database
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.service import SessionService
from auth_server.users.schemas import Account
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class SessionEnding:
    """Each call is one transaction, recorded."""

    database: Database
    rules: SessionRules
    auditor: Auditor

    async def end(self, user_id: str, session_id: str) -> None:
        """Ends one of the user's sessions. Raises SessionNotFound (404)."""

        def end(session: Session) -> None:
            SessionService(session, self.rules).end(user_id, session_id)
            detail = {"reason": "ended_by_user"}
            self.auditor.record(session, "session.revoked", Target("session", session_id, ""), detail)

        await self.database.write(end)

    async def end_all(self, account: Account, *, except_id: str) -> None:
        """Ends every session of the user but the excepted one."""

        def end(session: Session) -> None:
            SessionService(session, self.rules).revoke_all(
                account.user_id, "signed_out_everywhere", except_id=except_id
            )
            target = Target("user", account.user_id, account.username)
            self.auditor.record(session, "user.sessions_revoked", target, {"reason": "signed_out_everywhere"})

        await self.database.write(end)

    async def end_of(self, username: str, session_id: str) -> None:
        """An admin ends one of the user's sessions. Raises UserNotFound, SessionNotFound (404)."""

        def end(session: Session) -> None:
            account = UserService(session).account_named(username)
            SessionService(session, self.rules).end(account.user_id, session_id, "ended_by_admin")
            detail = {"reason": "ended_by_admin", "user": account.username}
            self.auditor.record(session, "session.revoked", Target("session", session_id, ""), detail)

        await self.database.write(end)

    async def end_all_of(self, username: str) -> None:
        """An admin ends every session of the user. Raises UserNotFound (404)."""

        def end(session: Session) -> None:
            account = UserService(session).account_named(username)
            SessionService(session, self.rules).revoke_all(account.user_id, "ended_by_admin")
            target = Target("user", account.user_id, account.username)
            self.auditor.record(session, "user.sessions_revoked", target, {"reason": "ended_by_admin"})

        await self.database.write(end)
