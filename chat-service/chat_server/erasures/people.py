"""Who was erased, known by a code alone: nothing of theirs may begin afterwards, and what went is counted."""

from service_kit.clock import utc_now
from service_kit.erasures import person_hash
from service_kit.errors import CredentialsRefused
from service_kit.locks import hold_alone, hold_shared
from sqlalchemy.orm import Session

from chat_server.db.models import ErasedPerson


class ErasedPeople:
    """All SQL on `erased_people`, within the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, user_id: str) -> None:
        """From here on `refuse` raises for this person; what passed it before is committed and can be found."""
        code = person_hash(user_id)
        hold_alone(self._session, _lock_name(code))
        if self._session.get(ErasedPerson, code) is None:
            self._session.add(
                ErasedPerson(person_hash=code, conversations=0, messages=0, personas=0, erased_at=utc_now())
            )

    def refuse(self, user_id: str) -> None:
        """Raises CredentialsRefused (401) for somebody who was erased: a session may be remembered for a moment."""
        code = person_hash(user_id)
        hold_shared(self._session, _lock_name(code))
        if self._session.get(ErasedPerson, code) is not None:
            raise CredentialsRefused()

    def locked(self, user_id: str) -> ErasedPerson:
        """What is counted; until this transaction ends nobody else erases anything of this person."""
        code = person_hash(user_id)
        return self._session.get_one(ErasedPerson, code, with_for_update=True, populate_existing=True)


def _lock_name(code: str) -> str:
    return f"erased person {code}"
