"""The queries on invitations."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth_server.db.administration import Invitation

_ID = re.compile("[0-9a-f-]{36}")  # what else somebody sends as an id need not reach the database


class InvitationRepository:
    """All SQL on `invitations`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, invitation: Invitation) -> None:
        """Inserts the invitation."""
        self._session.add(invitation)
        self._session.flush()

    def locked(self, invitation_id: str) -> Invitation | None:
        """The invitation, as it is once no other transaction changes it any more, until this one ends."""
        if not _ID.fullmatch(invitation_id):
            return None
        return self._session.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)

    def by_token(self, token_hash: str) -> Invitation | None:
        """The invitation of that token."""
        return self._session.scalar(select(Invitation).where(Invitation.token_hash == token_hash))

    def newest_first(self, *, before_id: str | None, limit: int) -> list[Invitation]:
        """At most `limit` invitations, those made before that one (ids sort by time)."""
        query = select(Invitation).order_by(Invitation.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(Invitation.id < before_id)
        return list(self._session.scalars(query))

    def mark_used(self, invitation: Invitation, user_id: str, now: datetime) -> None:
        """Sets by whom it was used, who must be there by now."""
        invitation.used_at, invitation.used_by_id = now, user_id
        self._session.flush()

    def of_person(self, user_id: str, email_key: str) -> list[Invitation]:
        """The invitations that the user has used, or that are for their address."""
        is_theirs = or_(Invitation.used_by_id == user_id, Invitation.email_key == email_key)
        return list(self._session.scalars(select(Invitation).where(is_theirs)))

    def forget(self, invitations: Sequence[Invitation]) -> None:
        """Deletes these."""
        for invitation in invitations:
            self._session.delete(invitation)
        self._session.flush()
