"""How entries are chained: each one's code covers its fields and the code of the one before it."""

import hmac
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from service_kit.keys import derive_key

NO_ENTRY = ""  # the code before the first entry


@dataclass(frozen=True, slots=True)
class ChainedFields:
    """What the code covers, in this order. `detail` is the JSON text as it is stored."""

    sequence: int
    at: datetime
    actor_id: str | None
    actor_name: str
    action: str
    target_kind: str | None
    target_id: str | None
    target_name: str | None
    address: str
    request_id: str
    detail: str


class ChainSigner:
    """HMAC-SHA256 under a key of its own: whoever can write to the database cannot make a code that fits."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "audit-chain")

    def sign(self, fields: ChainedFields, previous: str) -> str:
        """The code of an entry that follows the one with the code `previous`, as 64 hexadecimal digits."""
        texts = [at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at for at in astuple(fields)]
        return hmac.digest(self._key, json.dumps([previous, *texts]).encode(), "sha256").hex()
