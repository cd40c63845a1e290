"""What models look like on the wire."""

from pydantic import BaseModel


class ModelOut(BaseModel):
    """A model that a conversation may name; exactly one is the default.

    `provider` is empty where there is only one. `context_tokens` is null where nobody has said how much it reads.
    """

    id: str
    name: str
    description: str
    is_default: bool
    is_demonstration: bool
    provider: str
    context_tokens: int | None
