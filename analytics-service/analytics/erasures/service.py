"""Takes a person's id out of everything, in small transactions, so that events go on coming in meanwhile."""

from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.erasures import ErasureOrder, ErasureReport, Holdings, person_hash
from service_kit.idempotency import forget_answers
from service_kit.locks import hold_alone
from sqlalchemy.orm import Session

from analytics.db.idempotency import IdempotencyKey
from analytics.erasures.people import ErasedPeople
from analytics.erasures.repository import ERASURES_LOCK, ErasureRepository
from analytics.retention.service import take_conversations
from analytics.rollups.service import CONVERSATIONS_AT_ONCE, forget_conversations, forget_person


class PersonErasure:
    """Nothing is deleted, because every total must stay what it was: it only belongs to nobody."""

    def __init__(self, database: Database, erased: ErasedPeople) -> None:
        self._database = database
        self._erased = erased

    async def erase(self, order: ErasureOrder) -> ErasureReport:
        """How many events belong to nobody. The same order again, also at the same time, is answered alike."""
        user_id = order.user_id
        await self._database.write(lambda session: self._begin(session, user_id))
        while await self._database.write(lambda session: self._erase_day(session, user_id)):
            pass
        count = await self._database.read(
            lambda session: ErasureRepository(session).events_erased(person_hash(user_id))
        )
        return ErasureReport(erasure_id=order.erasure_id, erased={"events": count})

    async def holdings(self, user_id: str) -> Holdings:
        """How many events there are of the person at this moment."""
        count = await self._database.read(lambda session: ErasureRepository(session).count_events(user_id))
        return Holdings(holdings={"events": count})

    def _begin(self, session: Session, user_id: str) -> None:
        """From here on their events are renamed when they come, and count as those that are there already."""
        hold_alone(session, ERASURES_LOCK)
        repository, code = ErasureRepository(session), person_hash(user_id)
        if repository.known([code]):
            return
        repository.add(code, utc_now())
        forget_answers(session, IdempotencyKey, user_id)
        forget_person(session, user_id, self._erased.names_of(user_id))
        repository.forget_parked(user_id)
        registered = self._erased.name_registered(user_id)
        repository.add_events(code, repository.rename_registrations(user_id, registered))

    def _erase_day(self, session: Session, user_id: str) -> bool:
        """Renames the events of the person's first day, after what removed ones left; False when there is none left."""
        repository, code = ErasureRepository(session), person_hash(user_id)
        repository.lock(code)
        if forgotten := take_conversations(session, user_id, CONVERSATIONS_AT_ONCE):
            forget_conversations(session, forgotten)
            return True
        day = repository.first_day(user_id)
        if day is None:
            return False
        forget_conversations(session, repository.conversations_on(user_id, day))
        repository.add_events(code, repository.rename_day(user_id, day, self._erased.name_on(user_id, day)))
        return True
