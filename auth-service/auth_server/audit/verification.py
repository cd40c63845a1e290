"""Walks the chain from its beginning, and says where it does not hold."""

from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from auth_server.audit.chain import NO_ENTRY, ChainedFields, ChainSigner
from auth_server.audit.repository import AuditRepository
from auth_server.db.models import AuditEntry, AuditHead


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries hold from the beginning on, and what is wrong with the next one; None when nothing is."""

    entries: int
    fault: str | None


def verify_chain(session: Session, signer: ChainSigner) -> Verdict:
    """The first place where an entry was changed, taken away, put in or moved, at the end of the trail too."""
    trail = AuditRepository(session)
    previous, number = NO_ENTRY, 0
    with trail.oldest_first() as entries:
        for entry in entries:
            if entry.sequence != number + 1:
                return Verdict(number, f"entry {number + 1} is missing; the next one has the number {entry.sequence}")
            if entry.code != signer.sign(_chained(entry), previous):
                return Verdict(number, f"entry {entry.sequence} was changed, or does not follow the one before it")
            previous, number = entry.code, entry.sequence
    return Verdict(number, _fault_of_end(trail.head(), number, previous))


def _fault_of_end(head: AuditHead | None, number: int, code: str) -> str | None:
    if head is None:
        return "the record of the trail's end is missing"
    if head.sequence > number:
        return f"the entries {number + 1} to {head.sequence} are missing"
    if (head.sequence, head.code) != (number, code):
        return f"the record of the trail's end was changed: it names entry {head.sequence}, the last one is {number}"
    return None


def _chained(entry: AuditEntry) -> ChainedFields:
    return ChainedFields(**{field.name: getattr(entry, field.name) for field in fields(ChainedFields)})
