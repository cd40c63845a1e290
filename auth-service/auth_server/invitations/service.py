"""The rules on invitations, within the caller's transaction: made, listed, withdrawn, checked and used."""

from datetime import timedelta

from service_kit.clock import new_id
from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.db.administration import Invitation
from auth_server.errors import InvitationNotFound, InvitationNotOpen, InvitationRefused, InvitedForAnotherAddress
from auth_server.invitations.repository import InvitationRepository
from auth_server.invitations.schemas import (
    PAGE_PATH,
    InvitationCreate,
    InvitationOut,
    InvitationRules,
    InvitationState,
    Leave,
)
from auth_server.mail.service import MailQueue
from auth_server.roles.service import RoleService
from auth_server.token_hash import token_hash
from auth_server.users.directory import UserDirectory
from auth_server.users.names import comparison_key
from auth_server.users.schemas import Account, UserOut
from auth_server.users.service import UserService


class Invitations:
    """An invitation holds until it is used, withdrawn or expired, and while whoever made it is an active admin.

    Else somebody who loses the role could leave a way back behind.
    """

    def __init__(self, session: Session, rules: InvitationRules) -> None:
        self._session = session
        self._invitations = InvitationRepository(session)
        self._roles = RoleService(session)
        self._users = UserService(session)
        self._directory = UserDirectory(session)
        self._mails = MailQueue(session)
        self._rules = rules

    def make(self, body: InvitationCreate, creator: Account, auditor: Auditor) -> InvitationOut:
        """A new invitation. Raises UnknownRole (422)."""
        roles = [role.name for role in self._roles.resolve(body.roles)]
        now, invitation_id = self._rules.now(), new_id()
        row = Invitation(
            id=invitation_id,
            token_hash=token_hash(self._rules.tokens.token(invitation_id)),
            email=body.email,
            email_key=comparison_key(body.email) if body.email is not None else None,
            roles=roles,
            created_by_id=creator.user_id,
            created_at=now,
            expires_at=now + timedelta(hours=body.expires_in_hours),
        )
        self._invitations.add(row)
        self._mail(row, creator)
        auditor.record(self._session, "invitation.created", _target(row), {"roles": roles})
        return self._out([row])[0]

    def _mail(self, row: Invitation, creator: Account) -> None:
        if row.email is None:
            return
        path = PAGE_PATH + self._rules.tokens.token(row.id)
        context = {"invited_by": creator.username, "path": path, "expires_at": row.expires_at.isoformat()}
        self._mails.add("invitation", to=row.email, context=context, good_for=row.expires_at - row.created_at)

    def page(self, *, before_id: str | None, limit: int) -> tuple[list[InvitationOut], str | None]:
        """At most `limit` invitations, the newest first, and where the next page begins."""
        rows = self._invitations.newest_first(before_id=before_id, limit=limit + 1)
        following = rows[limit - 1].id if len(rows) > limit else None
        return self._out(rows[:limit]), following

    def withdraw(self, invitation_id: str, auditor: Auditor) -> None:
        """Ends an invitation that nobody has used. Raises InvitationNotFound (404), InvitationNotOpen (409)."""
        row = self._invitations.locked(invitation_id)
        if row is None:
            raise InvitationNotFound()
        if self._state(row, self._active_admins()) != "open":
            raise InvitationNotOpen()
        row.withdrawn_at = self._rules.now()
        auditor.record(self._session, "invitation.withdrawn", _target(row))

    def check(self, token: str, *, may_be_used: bool = False) -> Leave:
        """What the token gives leave to. Raises InvitationRefused (403), whatever the reason.

        `may_be_used` lets one pass that was used: by a registration that is now sent again, which its key will tell.
        """
        row = self._invitations.by_token(token_hash(token))
        if row is None:
            raise InvitationRefused()
        state = self._state(row, self._active_admins())
        if state != "open" and not (state == "used" and may_be_used):
            raise InvitationRefused()
        return self._leave(row)

    def open(self, token: str, email: str) -> Leave:
        """The same, and until this transaction ends no other one can use it.

        Raises: InvitationRefused, InvitedForAnotherAddress (403).
        """
        self._invitations.locked(self.check(token).invitation_id)
        leave = self.check(token)  # once more: whoever held the lock may have used it
        if leave.email is not None and comparison_key(leave.email) != comparison_key(email):
            raise InvitedForAnotherAddress()
        return leave

    def use(self, leave: Leave, user_id: str, auditor: Auditor) -> None:
        """Notes who has registered with it."""
        row = self._invitations.locked(leave.invitation_id)
        if row is None:
            raise InvitationRefused()
        self._invitations.mark_used(row, user_id, self._rules.now())
        auditor.record(self._session, "invitation.used", _target(row), {"roles": list(leave.roles), "user_id": user_id})

    def _leave(self, row: Invitation) -> Leave:
        creator = self._users.account(row.created_by_id) if row.created_by_id is not None else None
        invited_by = creator.username if creator is not None else ""
        return Leave(row.id, invited_by, row.email, tuple(row.roles), row.expires_at)

    def _active_admins(self) -> set[str]:
        return {admin.id for admin in self._directory.admins() if admin.is_active}

    def _state(self, row: Invitation, active_admins: set[str]) -> InvitationState:
        if row.used_at is not None:
            return "used"
        if row.withdrawn_at is not None or row.created_by_id not in active_admins:
            return "withdrawn"
        return "open" if self._rules.now() < row.expires_at else "expired"

    def _out(self, rows: list[Invitation]) -> list[InvitationOut]:
        admins = self._active_admins()
        people = {user_id for row in rows for user_id in (row.created_by_id, row.used_by_id) if user_id is not None}
        names = self._directory.usernames(people)
        return [
            InvitationOut(
                id=row.id,
                email=row.email,
                roles=row.roles,
                state=self._state(row, admins),
                created_by=names.get(row.created_by_id or ""),
                created_at=row.created_at,
                expires_at=row.expires_at,
                withdrawn_at=row.withdrawn_at,
                used_at=row.used_at,
                used_by=names.get(row.used_by_id or ""),
            )
            for row in rows
        ]


def invitations_of(session: Session, user: UserOut) -> int:
    """How many invitations speak of the user: those that they have used, or that are for their address."""
    return len(InvitationRepository(session).of_person(user.id, comparison_key(user.email)))


def forget_invitations_of(session: Session, user: UserOut) -> list[str]:
    """Deletes these. Returns: their ids, by which an answer that was kept of one can be found."""
    invitations = InvitationRepository(session)
    theirs = invitations.of_person(user.id, comparison_key(user.email))
    invitations.forget(theirs)
    return [invitation.id for invitation in theirs]


def _target(row: Invitation) -> Target:
    return Target("invitation", row.id, row.email or "")
