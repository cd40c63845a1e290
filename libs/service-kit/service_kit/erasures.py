"""The contract of erasures: what auth-service asks of the others for a deleted person, and what they answer."""

import hashlib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
Counts = dict[str, Annotated[int, Field(ge=0)]]


class ErasureOrder(BaseModel):
    """Whose data is to go. The same order may come again: it is answered as it was the first time."""

    model_config = ConfigDict(extra="forbid")

    erasure_id: Id
    user_id: Id


class ErasureReport(BaseModel):
    """All is done, for good. `erased`: what is gone or belongs to nobody any more, by kind and number."""

    erasure_id: Id
    erased: Counts


class Holdings(BaseModel):
    """What the service holds of a person at this moment, by kind and number."""

    holdings: Counts


def person_hash(user_id: str) -> str:
    """What is kept of an erased person, to know them again when something of theirs comes late.

    An id has more than 70 random bits: nobody finds it by trying, and whoever has it learns only that it is erased.
    """
    return hashlib.sha256(f"erased person {user_id}".encode()).hexdigest()
