"""What a text must be to be stored: no NUL, which PostgreSQL cannot keep, and no half characters."""

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

NUL = "\x00"
REPLACEMENT = "\ufffd"


def storable(text: str) -> str:
    """The text with U+FFFD in place of every character that cannot be stored; for what a model writes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace(NUL, REPLACEMENT)


def _refuse_nul(text: str) -> str:
    if NUL in text:
        raise PydanticCustomError("text_with_nul", "The text contains a NUL character, which cannot be stored")
    return text


NoNul = AfterValidator(_refuse_nul)
