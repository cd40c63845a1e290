"""The rules on API keys, within the caller's transaction: made, listed, renamed, deleted, and found to hold."""

from datetime import datetime, timedelta

from service_kit.api_keys import PREFIX, SCOPES
from service_kit.clock import new_id
from service_kit.errors import CredentialsRefused, InvalidInput
from sqlalchemy.orm import Session

from auth_server.api_keys.repository import ApiKeyRepository
from auth_server.api_keys.rules import ApiKeyRules
from auth_server.api_keys.schemas import ApiKeyCreate, ApiKeyOut, CreatedApiKey, LiveApiKey
from auth_server.db.api_keys import UserApiKey
from auth_server.errors import ApiKeyNotFound, TooManyApiKeys
from auth_server.users.service import UserService

USE_NOTED_EVERY = timedelta(seconds=60)  # one write per key and minute, not one per question


class ApiKeyService:
    """A key holds until it is deleted or expires, and while its owner's account is open."""

    def __init__(self, session: Session, rules: ApiKeyRules) -> None:
        self._keys = ApiKeyRepository(session)
        self._users = UserService(session)
        self._rules = rules

    def create(self, user_id: str, new: ApiKeyCreate) -> CreatedApiKey:
        """A new key of the user; the answer is the only place where it can be read.

        Raises: TooManyApiKeys (409); InvalidInput (422) for an end that is past or too late; CredentialsRefused (401)
        when the account was closed meanwhile. Two at once take turns on the user's row.
        """
        now = self._rules.now()
        self._check_end(new.expires_at, now)
        if self._users.lock(user_id) is None:
            raise CredentialsRefused()
        if self._keys.count(user_id) >= self._rules.per_user:
            raise TooManyApiKeys(self._rules.per_user)
        key = self._rules.codec.make()
        row = UserApiKey(
            id=new_id(),
            user_id=user_id,
            public_id=key.public_id,
            key_hash=self._rules.hasher.hash(key),
            name=new.name,
            scope=" ".join(new.scopes),
            created_at=now,
            expires_at=new.expires_at,
        )
        self._keys.add(row)
        return CreatedApiKey(**dict(_out(row)), key=key.text)

    def page(self, user_id: str, *, before_id: str | None, limit: int) -> tuple[list[ApiKeyOut], str | None]:
        """At most `limit` keys of the user, the newest first, and where the next page begins."""
        rows = self._keys.page(user_id, before_id=before_id, limit=limit + 1)
        following = rows[limit - 1].id if len(rows) > limit else None
        return [_out(row) for row in rows[:limit]], following

    def rename(self, user_id: str, key_id: str, name: str) -> tuple[ApiKeyOut, str]:
        """The key under its new name, and the name that it had. Raises: ApiKeyNotFound (404)."""
        row = self._required(user_id, key_id)
        before, row.name = row.name, name
        return _out(row), before

    def delete(self, user_id: str, key_id: str) -> ApiKeyOut:
        """Deletes the key, and answers what it was. Raises: ApiKeyNotFound (404)."""
        row = self._required(user_id, key_id)
        self._keys.delete(row)
        return _out(row)

    def live(self, text: str) -> LiveApiKey | None:
        """The key, if it holds, and its owner with the roles that they have now; None for anything else."""
        key, now = self._rules.codec.read(text), self._rules.now()
        row = self._keys.by_public_id(key.public_id) if key else None
        if key is None or row is None or not self._rules.hasher.is_of(row.key_hash, key):
            return None
        account = self._users.account(row.user_id)
        if account is None or (row.expires_at is not None and row.expires_at <= now):
            return None
        is_use_stale = row.last_used_at is None or now - row.last_used_at > USE_NOTED_EVERY
        return LiveApiKey(row.id, account, row.scope, row.created_at, row.expires_at, is_use_stale)

    def note_use(self, key_id: str) -> None:
        """Notes that the key is in use."""
        self._keys.note_use(key_id, self._rules.now())

    def _check_end(self, expires_at: datetime | None, now: datetime) -> None:
        longest = self._rules.longest
        if expires_at is not None and expires_at <= now:
            raise InvalidInput("The key would have expired already. Choose a later end.", field="body.expires_at")
        if longest is not None and (expires_at is None or expires_at > now + longest):
            raise InvalidInput(
                f"A key lasts at most {longest / timedelta(days=1):g} days here. Choose an end within that time.",
                field="body.expires_at",
            )

    def _required(self, user_id: str, key_id: str) -> UserApiKey:
        """Raises ApiKeyNotFound (404), the same for a key that is absent and one that is somebody else's."""
        row = self._keys.by_id(key_id)
        if row is None or row.user_id != user_id:
            raise ApiKeyNotFound()
        return row


def _out(row: UserApiKey) -> ApiKeyOut:
    return ApiKeyOut(
        id=row.id,
        name=row.name,
        prefix=PREFIX + row.public_id,
        scopes=[scope for scope in SCOPES if scope in row.scope.split()],
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
