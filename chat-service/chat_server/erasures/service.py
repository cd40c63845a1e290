"""Erases everything of one person, in small transactions, so that others hardly wait; begun again it goes on."""

from service_kit.database import Database
from service_kit.erasures import ErasureOrder, ErasureReport, Holdings
from service_kit.idempotency import forget_answers
from service_kit.outbox import forget_parked
from sqlalchemy.orm import Session

from chat_server.budgets.service import BudgetService
from chat_server.conversations.service import ConversationService
from chat_server.db.models import IdempotencyKey, OutboxEvent
from chat_server.erasures.people import ErasedPeople
from chat_server.generation.service import GenerationService
from chat_server.messages.service import MessageService
from chat_server.personas.service import PersonaService
from chat_server.search.tidying import SearchTidier

CONVERSATIONS_AT_ONCE = 20


class PersonErasure:
    """Open sockets are left to end with their session; events that wait go when they are delivered, as all do."""

    def __init__(self, database: Database, generation: GenerationService, search: SearchTidier) -> None:
        self._database = database
        self._generation = generation
        self._search = search

    async def erase(self, order: ErasureOrder) -> ErasureReport:
        """What is gone. The same order again, also at the same time, is answered alike and does nothing more."""
        user_id = order.user_id
        await self._database.write(lambda session: ErasedPeople(session).begin(user_id))
        await self._generation.stop_answers_of(user_id)
        while await self._database.write(lambda session: _erase_some(session, user_id)):
            pass
        await self._generation.stop_answers_of(user_id)  # those that began while the first ones were stopped
        erased = await self._database.write(lambda session: _erase_traces(session, user_id))
        await self._search.tidy()
        return ErasureReport(erasure_id=order.erasure_id, erased=erased)

    async def holdings(self, user_id: str) -> Holdings:
        """What there is of the person at this moment."""

        def count(session: Session) -> dict[str, int]:
            return {
                "conversations": ConversationService(session).count(user_id),
                "messages": MessageService(session).count(user_id),
                "personas": PersonaService(session).count(user_id),
            }

        return Holdings(holdings=await self._database.read(count))


def _erase_some(session: Session, user_id: str) -> bool:
    """Erases the oldest conversations; False when there is none left."""
    person = ErasedPeople(session).locked(user_id)
    conversations = ConversationService(session)
    ids = [one.id for one in conversations.oldest(user_id, after_id=None, limit=CONVERSATIONS_AT_ONCE)]
    person.messages += MessageService(session).erase(ids)
    person.conversations += conversations.erase(ids)
    return bool(ids)


def _erase_traces(session: Session, user_id: str) -> dict[str, int]:
    """Deletes personas, kept answers and refused events of the person, and answers what has gone in all."""
    person = ErasedPeople(session).locked(user_id)
    BudgetService(session).forget_person(user_id)
    person.personas += PersonaService(session).erase(user_id)
    forget_answers(session, IdempotencyKey, user_id)
    forget_parked(session, OutboxEvent, user_id)
    return {"conversations": person.conversations, "messages": person.messages, "personas": person.personas}
