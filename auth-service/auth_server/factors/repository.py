"""The queries on factors, and on what is under way with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, UpdateBase, delete, func, insert, select, update
from sqlalchemy.orm import Session

from auth_server.db.factors import (
    FactorAttempts,
    FactorChallenge,
    Passkey,
    RecoveryCode,
    SessionProof,
    TotpEnrolment,
    TotpFactor,
)


class FactorRepository:
    """All SQL on what people have enrolled."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def totp(self, user_id: str) -> TotpFactor | None:
        """The user's authenticator app."""
        return self._session.get(TotpFactor, user_id, populate_existing=True)

    def replace_totp(self, factor: TotpFactor) -> None:
        """Stores the app in the place of the one before."""
        self.delete_totp(factor.user_id)
        self._session.add(factor)
        self._session.flush()

    def delete_totp(self, user_id: str) -> bool:
        """Deletes the user's app; whether there was one."""
        return self._delete(delete(TotpFactor).where(TotpFactor.user_id == user_id)) > 0

    def enrolment(self, user_id: str) -> TotpEnrolment | None:
        """The app that waits for its first code."""
        return self._session.get(TotpEnrolment, user_id, populate_existing=True)

    def replace_enrolment(self, enrolment: TotpEnrolment) -> None:
        """Stores what waits in the place of what waited before."""
        self.delete_enrolment(enrolment.user_id)
        self._session.add(enrolment)
        self._session.flush()

    def delete_enrolment(self, user_id: str) -> None:
        """Nothing waits any more."""
        self._delete(delete(TotpEnrolment).where(TotpEnrolment.user_id == user_id))

    def passkeys(self, user_id: str) -> list[Passkey]:
        """The user's passkeys, the oldest first (ids sort by time)."""
        query = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
        return list(self._session.scalars(query.execution_options(populate_existing=True)))

    def passkey(self, user_id: str, passkey_id: str) -> Passkey | None:
        """One of the user's passkeys."""
        return self._session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id))

    def passkey_of_credential(self, credential_id: str) -> Passkey | None:
        """Whoever's passkey has this credential id."""
        query = select(Passkey).where(Passkey.credential_id == credential_id)
        return self._session.scalar(query.execution_options(populate_existing=True))

    def add_passkey(self, passkey: Passkey) -> None:
        """Inserts the passkey at once, so that one registered meanwhile shows here."""
        self._session.add(passkey)
        self._session.flush()

    def delete_passkey(self, passkey: Passkey) -> None:
        """Deletes the passkey."""
        self._session.delete(passkey)
        self._session.flush()

    def delete_passkeys(self, user_id: str) -> int:
        """Deletes the user's passkeys; how many there were."""
        return self._delete(delete(Passkey).where(Passkey.user_id == user_id))

    def has_any(self, user_id: str) -> bool:
        """Whether the user has an app or a passkey."""
        apps = select(TotpFactor.user_id).where(TotpFactor.user_id == user_id)
        passkeys = select(Passkey.user_id).where(Passkey.user_id == user_id)
        return self._session.execute(apps.union_all(passkeys).limit(1)).first() is not None

    def unused_codes(self, user_id: str) -> int:
        """How many recovery codes are left."""
        query = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        return self._session.scalar(query) or 0

    def replace_codes(self, user_id: str, hashes: Sequence[str], now: datetime) -> None:
        """Stores new recovery codes in the place of all before."""
        self.delete_codes(user_id)
        rows = [{"user_id": user_id, "code_hash": one, "created_at": now} for one in hashes]
        self._session.execute(insert(RecoveryCode), rows)

    def delete_codes(self, user_id: str) -> None:
        """No recovery code is good any more."""
        self._delete(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))

    def spend_code(self, user_id: str, code_hash: str, now: datetime) -> bool:
        """Uses the code up; False when there is no such code that was not used."""
        statement = update(RecoveryCode).where(
            RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None)
        )
        return _count(self._session, statement.values(used_at=now)) == 1

    def _delete(self, statement: UpdateBase) -> int:
        return _count(self._session, statement)


class TrialRepository:
    """All SQL on what was given out and is awaited back, on wrong tries, and on proofs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_challenge(self, challenge: FactorChallenge, now: datetime) -> None:
        """Stores the challenge, and forgets all that are over."""
        self._session.execute(delete(FactorChallenge).where(FactorChallenge.expires_at <= now))
        self._session.add(challenge)
        self._session.flush()

    def challenge(self, challenge_id: str, purpose: str, now: datetime) -> FactorChallenge | None:
        """The challenge, if it is of this purpose and not over."""
        query = select(FactorChallenge).where(FactorChallenge.id == challenge_id, FactorChallenge.purpose == purpose)
        return self._session.scalar(query.where(FactorChallenge.expires_at > now))

    def take_challenge(self, challenge_id: str) -> bool:
        """Uses the challenge up; False when another transaction did so meanwhile."""
        return _count(self._session, delete(FactorChallenge).where(FactorChallenge.id == challenge_id)) == 1

    def delete_challenges(self, user_id: str) -> None:
        """Nothing that was given out to the user is good any more."""
        self._session.execute(delete(FactorChallenge).where(FactorChallenge.user_id == user_id))

    def attempts(self, user_id: str, purpose: str) -> FactorAttempts | None:
        """The wrong tries in a row."""
        return self._session.get(FactorAttempts, (user_id, purpose), populate_existing=True)

    def add_attempts(self, attempts: FactorAttempts) -> None:
        """Stores the first wrong try."""
        self._session.add(attempts)
        self._session.flush()

    def delete_attempts(self, user_id: str, purpose: str | None = None) -> None:
        """Forgets the wrong tries, for one purpose or for all."""
        statement = delete(FactorAttempts).where(FactorAttempts.user_id == user_id)
        self._session.execute(statement if purpose is None else statement.where(FactorAttempts.purpose == purpose))

    def proven_at(self, session_id: str) -> datetime | None:
        """When somebody last proved in this session that they are its owner."""
        return self._session.scalar(select(SessionProof.proven_at).where(SessionProof.session_id == session_id))

    def note_proof(self, session_id: str, now: datetime) -> None:
        """Stores that they just did."""
        self._session.merge(SessionProof(session_id=session_id, proven_at=now))
        self._session.flush()


def _count(session: Session, statement: UpdateBase) -> int:
    """How many rows the statement changed."""
    return cast("CursorResult[object]", session.execute(statement)).rowcount
