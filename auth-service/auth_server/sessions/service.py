"""The rules on sessions, within the caller's transaction: begun, carried on, found alive, listed and revoked."""

from datetime import datetime, timedelta

from service_kit.clock import new_id
from sqlalchemy.orm import Session

from auth_server.db.models import UserSession
from auth_server.errors import SessionNotFound
from auth_server.mail.notices import Notices
from auth_server.sessions.refresh_tokens import PresentedToken, new_seed, read_token
from auth_server.sessions.repository import SessionRepository
from auth_server.sessions.rules import SessionRules
from auth_server.sessions.schemas import (
    Grant,
    LiveSession,
    Reuse,
    RevocationReason,
    SessionOut,
    SessionRecord,
    SignInClient,
)
from auth_server.token_hash import token_hash
from auth_server.users.schemas import Account
from auth_server.users.service import UserService

GRACE = timedelta(seconds=10)  # an answer that was lost on its way is asked for again within this time
USE_NOTED_EVERY = timedelta(seconds=60)  # one write per session and minute, not one per request
ENDED_KEPT = timedelta(days=30)


class SessionService:
    """A session holds until it is revoked, unused for the idle time, or older than the absolute time."""

    def __init__(self, session: Session, rules: SessionRules) -> None:
        self._sessions = SessionRepository(session)
        self._users = UserService(session)
        self._notices = Notices(session)
        self._rules = rules

    def begin(self, account: Account, client: SignInClient) -> Grant:
        """A new session of the user, who has just signed in, and a notice when that came from somewhere new."""
        now = self._rules.now()
        if self._sessions.is_new_origin(account.user_id, client.device, client.address):
            self._notices.new_device(self._users.profile(account.user_id), client, now)
        self._sessions.forget_ended(account.user_id, before=now - ENDED_KEPT)
        row = UserSession(
            id=new_id(),
            user_id=account.user_id,
            seed=new_seed(),
            device=client.device,
            address=client.address,
            created_at=now,
            last_used_at=now,
            expires_at=now + self._rules.absolute,
        )
        self._sessions.add(row)
        return self._grant(row, account, generation=1, now=now)

    def rotate(self, text: str) -> Grant | Reuse | None:
        """Carries the session of a refresh token on, and spends the token.

        Returns: the successor, the same one again within ten seconds; Reuse when the token was spent before that;
        None when it is none of ours or its session has ended. Parallel calls take turns on the session's row.
        """
        token = read_token(text)
        row = self._sessions.locked(token.session_id) if token else None
        now = self._rules.now()
        if token is None or row is None or not self._rules.signer.is_authentic(token, row.seed):
            return None
        account = self._users.account(row.user_id)
        if account is None or not self._is_live(row, now):
            return None
        return self._successor(token, row, account, now)

    def _successor(
        self, token: PresentedToken, row: UserSession, account: Account, now: datetime
    ) -> Grant | Reuse | None:
        kept = self._sessions.refresh_tokens(row.id)
        generation = kept[0].generation
        if token.generation > generation:  # given out after the backup that this database was restored from
            return None
        presented = next((one for one in kept if one.token_hash == token_hash(token.text)), None)
        if presented is None or (presented.spent_at is not None and now - presented.spent_at > GRACE):
            return Reuse(row.id)
        if presented.spent_at is not None:
            return self._granted(row, account, generation=generation, now=now)
        presented.spent_at = row.last_used_at = now
        self._sessions.forget_refresh_tokens(row.id, below_generation=generation)
        return self._grant(row, account, generation=generation + 1, now=now)

    def _grant(self, row: UserSession, account: Account, *, generation: int, now: datetime) -> Grant:
        grant = self._granted(row, account, generation=generation, now=now)
        self._sessions.add_refresh_token(row.id, generation, token_hash(grant.refresh_token), now)
        return grant

    def _granted(self, row: UserSession, account: Account, *, generation: int, now: datetime) -> Grant:
        token = self._rules.signer.sign(row.id, generation, row.seed)
        lasts = row.expires_at - now
        return Grant(account, row.id, token, lasts, min(lasts, self._rules.idle))

    def live(self, user_id: str, session_id: str) -> LiveSession | None:
        """The session, if it holds and is this active user's, with the roles that they have now."""
        row, now = self._sessions.by_id(session_id), self._rules.now()
        if row is None or row.user_id != user_id or not self._is_live(row, now):
            return None
        account = self._users.account(user_id)
        if account is None:
            return None
        return LiveSession(row.id, account, is_use_stale=now - row.last_used_at > USE_NOTED_EVERY)

    def note_use(self, session_id: str) -> None:
        """Notes that the session is in use, which keeps it from ending for idleness."""
        self._sessions.note_use(session_id, self._rules.now())

    def session_of(self, text: str) -> str | None:
        """The id of the session that a refresh token was made for, spent or not; None when it is none of ours."""
        token = read_token(text)
        row = self._sessions.by_id(token.session_id) if token else None
        return row.id if token and row and self._rules.signer.is_authentic(token, row.seed) else None

    def owner(self, session_id: str) -> Account | None:
        """Whose session it is; None when it is absent or its user is no longer active."""
        row = self._sessions.by_id(session_id)
        return self._users.account(row.user_id) if row else None

    def page(
        self, user_id: str, *, current_id: str, before_id: str | None, limit: int
    ) -> tuple[list[SessionOut], str | None]:
        """At most `limit` sessions of the user that hold, the newest first, and where the next page begins."""
        now = self._rules.now()
        rows = self._sessions.live(
            user_id, now=now, used_after=now - self._rules.idle, before_id=before_id, limit=limit + 1
        )
        following = rows[limit - 1].id if len(rows) > limit else None
        return [self._out(row, current_id) for row in rows[:limit]], following

    def history(self, user_id: str) -> list[SessionRecord]:
        """Every session that is kept of the user, ended ones too, the newest first."""
        return [
            SessionRecord(
                id=row.id,
                device=row.device,
                address=row.address,
                created_at=row.created_at,
                last_used_at=row.last_used_at,
                expires_at=row.expires_at,
                ended_at=row.revoked_at,
                ended_reason=row.revoked_reason,
            )
            for row in self._sessions.of_user(user_id)
        ]

    def page_of(
        self, username: str, *, current_id: str, before_id: str | None, limit: int
    ) -> tuple[list[SessionOut], str | None]:
        """The same of the user of that name. Raises UserNotFound (404)."""
        user_id = self._users.account_named(username).user_id
        return self.page(user_id, current_id=current_id, before_id=before_id, limit=limit)

    def end(self, user_id: str, session_id: str, reason: RevocationReason = "ended_by_user") -> None:
        """Ends one of the user's sessions.

        Raises: SessionNotFound (404), the same for one that is absent, ended or somebody else's.
        """
        row = self._sessions.by_id(session_id)
        if row is None or row.user_id != user_id or not self._is_live(row, self._rules.now()):
            raise SessionNotFound()
        self.revoke(session_id, reason)

    def revoke(self, session_id: str, reason: RevocationReason) -> None:
        """Ends the session with all its tokens."""
        self._sessions.revoke(session_id, now=self._rules.now(), reason=reason)

    def revoke_all(self, user_id: str, reason: RevocationReason, *, except_id: str = "") -> None:
        """Ends every session of the user but the excepted one."""
        self._sessions.revoke_of_user(user_id, except_id=except_id, now=self._rules.now(), reason=reason)

    def end_everybodys(self) -> None:
        """Ends every session there is: the database is an older one again, in which ended ones look alive."""
        self._sessions.revoke_all(now=self._rules.now(), reason="database_restored")

    def _is_live(self, row: UserSession, now: datetime) -> bool:
        return row.revoked_at is None and now < row.expires_at and now - row.last_used_at < self._rules.idle

    def _out(self, row: UserSession, current_id: str) -> SessionOut:
        return SessionOut(
            id=row.id,
            device=row.device,
            address=row.address,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=min(row.expires_at, row.last_used_at + self._rules.idle),
            is_current=row.id == current_id,
        )
