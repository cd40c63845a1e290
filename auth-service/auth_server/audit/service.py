"""Adds to the audit trail, within the caller's transaction: what is rolled back was not done, and leaves no entry."""

import json
from dataclasses import asdict, dataclass, replace

from service_kit.clock import utc_now
from sqlalchemy.orm import Session

from auth_server.audit.chain import ChainedFields, ChainSigner
from auth_server.audit.repository import AuditRepository
from auth_server.audit.schemas import Actor, Detail, Target
from auth_server.db.models import AuditEntry
from auth_server.users.schemas import Account


class AuditTrail:
    """The chain of entries. Entries outlive the users they speak of, and hold no secret: see `record`."""

    def __init__(self, session: Session, signer: ChainSigner) -> None:
        self._entries = AuditRepository(session)
        self._signer = signer

    def record(self, actor: Actor, action: str, *, target: Target | None = None, detail: Detail | None = None) -> None:
        """Adds an entry at the end of the chain.

        `action` is noun and past verb: `user.roles_changed`. `detail` says what changed from what to what; never a
        password, token, code or key. Two transactions at once take turns.
        """
        head = self._entries.locked_head()
        fields = ChainedFields(
            sequence=head.sequence + 1,
            at=utc_now(),
            actor_id=actor.user_id,
            actor_name=actor.username,
            action=action,
            target_kind=target.kind if target else None,
            target_id=target.id if target else None,
            target_name=target.name if target else None,
            address=actor.address,
            request_id=actor.request_id,
            detail=json.dumps(dict(detail or {}), sort_keys=True),
        )
        code = self._signer.sign(fields, head.code)
        self._entries.add(AuditEntry(**asdict(fields), code=code))
        head.sequence, head.code = fields.sequence, code


@dataclass(frozen=True, slots=True)
class Auditor:
    """The audit trail on behalf of whoever calls: what the other features are given to record with."""

    signer: ChainSigner
    actor: Actor

    def record(self, session: Session, action: str, target: Target | None = None, detail: Detail | None = None) -> None:
        """Adds an entry within this transaction; see AuditTrail.record."""
        AuditTrail(session, self.signer).record(self.actor, action, target=target, detail=detail)

    def on_behalf_of(self, account: Account) -> "Auditor":
        """The same call, now that it is known who makes it: someone who has just signed in or registered."""
        return replace(self, actor=replace(self.actor, user_id=account.user_id, username=account.username))
