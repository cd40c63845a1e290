"""What is done with API keys, each in one transaction with its entry in the audit trail."""

from dataclasses import dataclass

from service_kit.database import Database
from service_kit.idempotency import Idempotency
from sqlalchemy.orm import Session

from auth_server.api_keys.rules import ApiKeyRules
from auth_server.api_keys.schemas import ApiKeyCreate, ApiKeyOut, CreatedApiKey
from auth_server.api_keys.service import ApiKeyService
from auth_server.audit.schemas import Detail, Target
from auth_server.audit.service import Auditor
from auth_server.db.conflicts import write_once_more_on_conflict
from auth_server.users.schemas import Account, UserOut
from auth_server.users.service import UserService


@dataclass(frozen=True, slots=True)
class ApiKeyKeeper:
    """Makes, renames and deletes keys for their owners, and deletes others' for admins."""

    database: Database
    rules: ApiKeyRules
    idempotency: Idempotency
    auditor: Auditor

    async def create(self, owner: Account, new: ApiKeyCreate, *, idempotency_key: str | None) -> CreatedApiKey:
        """The new key, or the one that the same `Idempotency-Key` made before: its answer is kept sealed for that.

        Raises: TooManyApiKeys (409); InvalidInput, IdempotencyKeyReused (422).
        """

        def create(session: Session) -> CreatedApiKey:
            key = ApiKeyService(session, self.rules).create(owner.user_id, new)
            expires_at = key.expires_at.isoformat() if key.expires_at else None
            self._record(session, "api_key.created", key, {"scopes": list(key.scopes), "expires_at": expires_at})
            return key

        def create_once(session: Session) -> CreatedApiKey:
            return self.idempotency.answer_once(
                session,
                scope=f"POST /api-keys/ {owner.user_id}",
                key=idempotency_key,
                body=new,
                work=lambda: create(session),
                answer=CreatedApiKey,
            )

        return await write_once_more_on_conflict(self.database, create_once)

    async def rename(self, owner: Account, key_id: str, name: str) -> ApiKeyOut:
        """The owner's key under its new name. Raises: ApiKeyNotFound (404)."""

        def rename(session: Session) -> ApiKeyOut:
            key, before = ApiKeyService(session, self.rules).rename(owner.user_id, key_id, name)
            if before != name:
                self._record(session, "api_key.renamed", key, {"from": before, "to": name})
            return key

        return await self.database.write(rename)

    async def delete(self, owner: Account, key_id: str) -> None:
        """Deletes the owner's key: here at once, in the other services within ten seconds. Raises: ApiKeyNotFound."""

        def delete(session: Session) -> None:
            key = ApiKeyService(session, self.rules).delete(owner.user_id, key_id)
            self._record(session, "api_key.revoked", key, {})

        await self.database.write(delete)

    async def page_of(
        self, username: str, admin: Account, *, before_id: str | None, limit: int
    ) -> tuple[list[ApiKeyOut], str | None]:
        """A page of somebody's keys for an admin; see ApiKeyService.page. Raises: UserNotFound (404)."""

        def page(session: Session) -> tuple[list[ApiKeyOut], str | None]:
            owner = UserService(session).visible_user(username, admin)
            return ApiKeyService(session, self.rules).page(owner.id, before_id=before_id, limit=limit)

        return await self.database.read(page)

    async def delete_of(self, username: str, admin: Account, key_id: str) -> None:
        """Deletes somebody's key for an admin. Raises: UserNotFound, ApiKeyNotFound (404)."""

        def delete(session: Session) -> None:
            owner: UserOut = UserService(session).visible_user(username, admin)
            key = ApiKeyService(session, self.rules).delete(owner.id, key_id)
            self._record(session, "api_key.revoked", key, {"owner_id": owner.id, "owner": owner.username})

        await self.database.write(delete)

    def _record(self, session: Session, action: str, key: ApiKeyOut, detail: Detail) -> None:
        self.auditor.record(session, action, Target("api_key", key.id, key.name), detail)
