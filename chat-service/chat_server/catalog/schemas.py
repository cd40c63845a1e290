"""What models look like on the wire."""

from pydantic import BaseModel


class ModelOut(BaseModel):
    """A model that a conversation may name; exactly one is the default."""

    id: str
    name: str
    description: str
    is_default: bool
    is_demonstration: bool
