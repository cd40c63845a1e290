"""Who was erased, known by a code alone, and what stands in the place of their id."""

import hmac
from collections.abc import Sequence
from datetime import date

import msgspec
from service_kit.erasures import person_hash
from service_kit.events import AnyEvent, UserRegistered
from service_kit.keys import derive_key
from service_kit.locks import hold_shared
from sqlalchemy.orm import Session

from analytics.erasures.repository import ERASURES_LOCK, ErasureRepository
from analytics.times import as_utc

REGISTERED = "registered"


class ErasedPeople:
    """Gives each erased person another name on each day, so that a day's people can still be counted.

    Nobody can tell from the database that the names of two days are one person's: they are codes under a key of
    their own. Registering has a name that stands for no day.
    """

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "erased-people")

    def name_on(self, user_id: str, day: date) -> str:
        """What stands for the person on that day; always the same."""
        return self._name(user_id, day.isoformat())

    def name_registered(self, user_id: str) -> str:
        """What stands for the person among all who ever registered."""
        return self._name(user_id, REGISTERED)

    def without_names(self, session: Session, events: Sequence[AnyEvent]) -> list[AnyEvent]:
        """The events, those of erased people under the name of their day.

        Until this transaction ends nobody's erasure begins, so none of theirs can slip in unseen.
        """
        hold_shared(session, ERASURES_LOCK)
        codes = {user_id: person_hash(user_id) for user_id in {event.user_id for event in events} if user_id}
        erased = ErasureRepository(session).known(codes.values())
        return [self._renamed(event) if codes.get(event.user_id) in erased else event for event in events]

    def _renamed(self, event: AnyEvent) -> AnyEvent:
        if isinstance(event, UserRegistered):
            name = self.name_registered(event.user_id)
        else:
            name = self.name_on(event.user_id, as_utc(event.occurred_at).date())
        return msgspec.structs.replace(event, user_id=name)

    def _name(self, user_id: str, occasion: str) -> str:
        code = hmac.digest(self._key, f"{occasion} {user_id}".encode(), "sha256")
        return f"erased-{code.hex()[:32]}"
