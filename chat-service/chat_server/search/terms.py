"""What a person looks for, taken from the text that they typed; none of it is ever syntax.

Letters of Latin, Greek, Cyrillic and Armenian, and digits, make words. All other letters, and emoji, are looked for as
they stand, anywhere in a text: where words are not parted by spaces, nothing else finds them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_TERMS = 32  # of a pasted page the first words say what is meant
SHORTEST_BEGINNING = 3  # what begins with one or two letters is half of all words
MARKS = "\u0300-\u036f"
LETTERS = "0-9A-Za-zµÀ-ÖØ-öø-ʯͰ-ϿЀ-ԯԱ-Ֆա-ևḀ-\u1fff"
WORD = re.compile(f"[{LETTERS}{MARKS}]+")
_MARK = re.compile(f"[{MARKS}]")
_JOINER = "\u200d"
Position = tuple[int, int]  # rank and number of a found message: its place in the order


@dataclass(frozen=True, slots=True)
class Terms:
    """The `words` in their order, and the `pieces`, as they were typed. All of them must be in a message."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]

    @property
    def is_last_a_beginning(self) -> bool:
        """Whether the last word also finds what begins with it: it may not be typed to its end."""
        return bool(self.words) and len(self.words[-1]) >= SHORTEST_BEGINNING

    def matcher(self) -> Callable[[str], bool]:
        """Tells whether a text's word is one of those that are looked for."""
        words = {folded(word) for word in self.words}
        beginning = folded(self.words[-1]) if self.is_last_a_beginning else None

        def matches(word: str) -> bool:
            plain = folded(word)
            return plain in words or (beginning is not None and plain.startswith(beginning))

        return matches


def folded(text: str) -> str:
    """The text without capitals and accents."""
    lower = text.lower()
    return lower if lower.isascii() else _MARK.sub("", unicodedata.normalize("NFD", lower))


def terms_of(text: str) -> Terms:
    """The first 32 words and pieces of a text; none at all when it has only punctuation."""
    text = unicodedata.normalize("NFC", text)
    words = [found[0] for found in WORD.finditer(text)]
    words = [word for word in words if any(map(str.isalnum, word))][:MOST_TERMS]
    pieces = list(dict.fromkeys(_pieces(WORD.sub(" ", text))))[: MOST_TERMS - len(words)]
    return Terms(tuple(words), tuple(pieces))


def _pieces(text: str) -> Iterator[str]:
    pieces = "".join(one if _is_in_piece(one) else " " for one in text).split()
    # What only joins or varies emoji is no piece of its own.
    yield from filter(None, (piece.strip(f"{_JOINER}\ufe0e\ufe0f") for piece in pieces))


def _is_in_piece(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        category[0] in "LMN" or category == "So" or character == _JOINER or (category == "Sk" and character > "\uffff")
    )
