"""`Idempotency-Key`: the same key and body by the same user within 24 hours gives the first answer again."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, BinaryIO, Protocol, TypeVar

from fastapi import Header
from pydantic import BaseModel, SecretStr
from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Mapped, Session

from service_kit.clock import utc_now
from service_kit.errors import IdempotencyKeyReused
from service_kit.locks import hold_alone

LIFETIME = timedelta(hours=24)
PIECE_BYTES = 1_048_576
A = TypeVar("A", bound=BaseModel)

IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$"),
]


class IdempotencyRow(Protocol):
    """The columns that a service's table must have; (`scope`, `key`) is its primary key."""

    scope: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[str]
    answer: Mapped[str]
    created_at: Mapped[datetime]


class AnswerBox(Protocol):
    """Seals what is stored, where answers hold something that nobody must read in the database."""

    def seal(self, plain: bytes, *, bound_to: str) -> str:
        """The text to store."""
        ...

    def open(self, sealed: str, *, bound_to: str) -> bytes:
        """What was sealed."""
        ...


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """A call that came with a key. `scope` is the route and the user, `fingerprint` stands for what was sent."""

    scope: str
    key: str
    fingerprint: str


class Idempotency:
    """Answers once per key, inside the transaction of the work itself, so that both are stored or neither."""

    def __init__(self, row_type: type[Any], secret: SecretStr, box: AnswerBox | None = None) -> None:
        self._row = row_type
        self._box = box
        self._secret = hmac.digest(secret.get_secret_value().encode(), b"idempotency", "sha256")

    def answer_once(
        self, session: Session, *, scope: str, key: str | None, body: BaseModel, work: Callable[[], A], answer: type[A]
    ) -> A:
        """What `work` answers, or what it answered the first time. `scope` is the route and the user.

        Raises: IdempotencyKeyReused (422) when the key came with another body.
        """
        if key is None:
            return work()
        call = KeyedCall(scope, key, self._fingerprint(body))
        hold_alone(session, f"idempotency {scope} {key}")  # the second of two at once waits, and finds the first answer
        if (first := self.first_answer(session, call, answer)) is not None:
            return first
        result = work()
        self.keep(session, call, result)
        return result

    def first_answer(self, session: Session, call: KeyedCall, answer: type[A]) -> A | None:
        """What was answered the first time; None when it is the first. For work of more than one transaction.

        Raises: IdempotencyKeyReused (422) when the key came with something else.
        """
        row = self._row
        session.execute(delete(row).where(row.created_at < utc_now() - LIFETIME))
        found = session.execute(
            select(row.fingerprint, row.answer).where(row.scope == call.scope, row.key == call.key)
        ).one_or_none()
        if found is None:
            return None
        if not hmac.compare_digest(found.fingerprint, call.fingerprint):
            raise IdempotencyKeyReused(field="Idempotency-Key")
        return answer.model_validate_json(self._opened(found.answer, f"{call.scope} {call.key}"))

    def keep(self, session: Session, call: KeyedCall, answer: BaseModel) -> None:
        """Keeps what was answered the first time. Raises IntegrityError when somebody else has done so meanwhile."""
        session.execute(
            insert(self._row).values(
                scope=call.scope,
                key=call.key,
                fingerprint=call.fingerprint,
                answer=self._kept(answer.model_dump_json(), f"{call.scope} {call.key}"),
                created_at=utc_now(),
            )
        )

    def file_fingerprint(self, file: BinaryIO) -> str:
        """What stands for a file, of which one piece at a time is in memory. Blocks while it reads."""
        file.seek(0)
        digest = hmac.new(self._secret, digestmod=hashlib.sha256)
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
        return digest.hexdigest()

    def _kept(self, answer: str, bound_to: str) -> str:
        return answer if self._box is None else self._box.seal(answer.encode(), bound_to=bound_to)

    def _opened(self, stored: str, bound_to: str) -> str | bytes:
        return stored if self._box is None else self._box.open(stored, bound_to=bound_to)

    def _fingerprint(self, body: BaseModel) -> str:
        """Keyed, because a body may hold a password and a plain hash of one could be guessed."""
        plain = json.dumps(body.model_dump(), default=_revealed, sort_keys=True)
        return hmac.new(self._secret, plain.encode(), hashlib.sha256).hexdigest()


def forget_answers(session: Session, row_type: type[Any], user_id: str) -> int:
    """Deletes the answers that were kept for a person who is erased, and those that speak of them."""
    is_theirs = [row_type.scope.endswith(f"{mark}{user_id}", autoescape=True) for mark in (" ", ":")]
    speaks_of_them = row_type.answer.contains(f'"{user_id}"', autoescape=True)
    deleted = session.execute(delete(row_type).where(or_(speaks_of_them, *is_theirs)).returning(row_type.key))
    return len(deleted.all())


def _revealed(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
