"""An administrator makes an invitation: the rules in one transaction, then the token that only the answer holds."""

from dataclasses import dataclass

from service_kit.database import Database
from service_kit.idempotency import Idempotency
from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.errors import InvitationsClosed
from auth_server.invitations.schemas import PAGE_PATH, InvitationCreate, InvitationMade, InvitationOut, InvitationRules
from auth_server.invitations.service import Invitations
from auth_server.mail.sender import MailSender
from auth_server.policies.schemas import RegistrationMode
from auth_server.policies.service import RegistrationPolicies
from auth_server.users.schemas import Account


@dataclass(frozen=True, slots=True)
class InvitationMaking:
    """The same key gives the same invitation again, with its token, which is made anew from its id."""

    database: Database
    idempotency: Idempotency
    first_mode: RegistrationMode
    rules: InvitationRules
    mailer: MailSender
    auditor: Auditor

    async def make(self, body: InvitationCreate, creator: Account, *, idempotency_key: str | None) -> InvitationMade:
        """The new invitation. Raises InvitationsClosed (409); UnknownRole, IdempotencyKeyReused (422)."""

        def make(session: Session) -> InvitationOut:
            return self.idempotency.answer_once(
                session,
                scope=f"POST /invitations/ {creator.user_id}",
                key=idempotency_key,
                body=body,
                work=lambda: self._make(session, body, creator),
                answer=InvitationOut,
            )

        invitation = await self.database.write(make)
        self.mailer.notify()
        token = self.rules.tokens.token(invitation.id)
        return InvitationMade(
            **dict(invitation),
            token=token,
            path=PAGE_PATH + token,
            link=self.rules.page_address + PAGE_PATH + token,
            is_mailed=invitation.email is not None and self.mailer.is_on,
        )

    def _make(self, session: Session, body: InvitationCreate, creator: Account) -> InvitationOut:
        if RegistrationPolicies(session, self.first_mode).invited_refusal() is not None:
            raise InvitationsClosed()
        return Invitations(session, self.rules).make(body, creator, self.auditor)
