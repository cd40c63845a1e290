"""Who was erased, known by a code alone, and what stands in the place of their id."""

import hmac
from collections.abc import Collection, Sequence
from datetime import date

import msgspec
from service_kit.erasures import person_hash
from service_kit.events import AnyEvent, UserRegistered
from service_kit.keys import derive_key
from service_kit.locks import hold_shared
from sqlalchemy.orm import Session

from analytics.erasures.repository import ERASURES_LOCK, ErasureRepository
from analytics.rollups.tally import ERASED_PREFIX
from analytics.times import Grain, as_utc, date_of

REGISTERED = "registered"


class ErasedPeople:
    """Gives each erased person another name in each day, week and month, so that the people of one can be counted.

    Nobody can tell from the database that the names of two days are one person's: they are codes under a key of
    their own. Registering has a name that stands for no day.
    """

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "erased-people")

    def name_on(self, user_id: str, day: date) -> str:
        """What stands for the person on that day; always the same."""
        return self._name(user_id, day.isoformat())

    def name_in(self, user_id: str, grain: Grain, slot: int) -> str:
        """What stands for the person in that day, week or month."""
        if grain is Grain.DAY:
            return self.name_on(user_id, date_of(slot))
        return self._name(user_id, f"{grain.name.lower()} {slot}")

    def name_registered(self, user_id: str) -> str:
        """What stands for the person among all who ever registered."""
        return self._name(user_id, REGISTERED)

    def names_for(self, session: Session, events: Sequence[AnyEvent]) -> "BatchNames":
        """The names for these events.

        Until this transaction ends nobody's erasure begins, so none of theirs can slip in unseen.
        """
        hold_shared(session, ERASURES_LOCK)
        codes = {user_id: person_hash(user_id) for user_id in {event.user_id for event in events} if user_id}
        known = ErasureRepository(session).known(codes.values())
        return BatchNames(self, {user_id for user_id, code in codes.items() if code in known})

    def names_of(self, user_id: str) -> "BatchNames":
        """The names of one person who is being erased."""
        return BatchNames(self, {user_id})

    def names_as_stored(self) -> "BatchNames":
        """The names of events that are read again: whoever was erased has another name there already."""
        return BatchNames(self, ())

    def everybody(self, session: Session) -> "KnownErased":
        """All who were erased until now."""
        return KnownErased(ErasureRepository(session).all())

    def _name(self, user_id: str, occasion: str) -> str:
        code = hmac.digest(self._key, f"{occasion} {user_id}".encode(), "sha256")
        return f"{ERASED_PREFIX}{code.hex()[:32]}"


class BatchNames:
    """What stands for whom in a batch: the id itself, or for those of `erased` a name in its place.

    A name that is read again from what is stored stands for itself, in weeks and months too.
    """

    def __init__(self, people: ErasedPeople, erased: Collection[str]) -> None:
        self._people = people
        self._erased = erased

    def is_erased(self, user_id: str) -> bool:
        return user_id in self._erased or user_id.startswith(ERASED_PREFIX)

    def registered(self, user_id: str) -> str:
        return self._people.name_registered(user_id) if user_id in self._erased else user_id

    def on(self, user_id: str, grain: Grain, slot: int) -> str:
        return self._people.name_in(user_id, grain, slot) if user_id in self._erased else user_id

    def to_store(self, event: AnyEvent) -> AnyEvent:
        """The event; an erased person's under the name of its day, and without its conversation."""
        if event.user_id not in self._erased:
            return event
        if isinstance(event, UserRegistered):
            name = self._people.name_registered(event.user_id)
        else:
            name = self._people.name_on(event.user_id, as_utc(event.occurred_at).date())
        nameless = {"conversation_id": None} if hasattr(event, "conversation_id") else {}
        return msgspec.structs.replace(event, user_id=name, **nameless)


class KnownErased:
    """Says of any id whether it is that of somebody who was erased."""

    def __init__(self, person_hashes: Collection[str]) -> None:
        self._hashes = frozenset(person_hashes)

    def __contains__(self, user_id: object) -> bool:
        return bool(self._hashes) and isinstance(user_id, str) and person_hash(user_id) in self._hashes
