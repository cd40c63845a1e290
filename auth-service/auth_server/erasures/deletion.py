"""Deleting a person, and what it would erase: the transaction here, the questions to the other services around it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from service_kit.database import Database
from sqlalchemy.orm import Session

from auth_server.audit.service import Auditor
from auth_server.erasures.neighbours import Neighbour
from auth_server.erasures.relay import ErasureRelay
from auth_server.erasures.schemas import OWN, Deletion, ErasurePreview, OwnDeletion, ServiceHoldings
from auth_server.erasures.service import Erasures, new_receipt
from auth_server.errors import WrongPassword
from auth_server.passwords.hashing import PasswordHasher
from auth_server.throttling.service import Throttle
from auth_server.throttling.sign_in_rules import proof_rules
from auth_server.users.schemas import Account, UserOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class ErasureWay:
    """The other services that hold something of people, and who carries orders to them."""

    neighbours: Sequence[Neighbour]
    relays: Sequence[ErasureRelay]

    def start(self) -> None:
        """Begins to carry orders."""
        for relay in self.relays:
            relay.start()

    def notify(self) -> None:
        """Says that there is a new order."""
        for relay in self.relays:
            relay.notify()


@dataclass(frozen=True, slots=True)
class PersonDeletion:
    """The account is gone when it answers; the other services follow, and the receipt tells when they have."""

    database: Database
    way: ErasureWay
    auditor: Auditor
    hasher: PasswordHasher
    throttle: Throttle

    async def delete(self, username: str) -> Deletion:
        """An administrator deletes a user. Raises UserNotFound (404), LastAdmin (409)."""
        erasure_id = await self.database.write(lambda session: Erasures(session).begin(username, self.auditor))
        self.way.notify()
        return Deletion(message="User deleted", erasure_id=erasure_id)

    async def delete_own(self, account: Account, password: str) -> OwnDeletion:
        """Somebody deletes their own account.

        Raises: WrongPassword (400), LastAdmin (409), TooManyAttempts (429), PasswordChecksBusy (503).
        """
        user_id = account.user_id
        stored = await self.database.read(lambda session: UserService(session).password_hash(user_id))
        async with self.throttle.attempt(proof_rules(self.throttle, user_id)):
            if not (await self.hasher.verify(password, stored)).is_right:
                raise WrongPassword()
        receipt = new_receipt()

        def erase(session: Session) -> str:
            UserService(session).require_password(user_id, verified_hash=stored)
            return Erasures(session).begin(account.username, self.auditor, receipt=receipt)

        erasure_id = await self.database.write(erase)
        self.way.notify()
        return OwnDeletion(message="Your account is deleted", erasure_id=erasure_id, receipt=receipt)

    async def preview(self, username: str) -> ErasurePreview:
        """What a deletion would erase; a service that is away says nothing. Raises UserNotFound (404)."""

        def own(session: Session) -> tuple[UserOut, dict[str, int]]:
            user = UserService(session).named(username)
            return user, Erasures(session).holdings(user)

        user, holdings = await self.database.read(own)
        answers = await asyncio.gather(*(neighbour.holdings(user.id) for neighbour in self.way.neighbours))
        others = zip(self.way.neighbours, answers, strict=True)
        services = [ServiceHoldings(service=OWN, holdings=holdings)]
        services += [ServiceHoldings(service=neighbour.name, holdings=answer) for neighbour, answer in others]
        return ErasurePreview(user_id=user.id, username=user.username, services=services)
