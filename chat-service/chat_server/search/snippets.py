"""Cuts a found text down to the words around its first match, and tells which of them match."""

import re
from collections.abc import Iterator

from chat_server.search.schemas import SnippetPart
from chat_server.search.terms import WORD, Terms

BEFORE = 60
LONGEST = 240
_SPACE = re.compile(r"\s+")
Span = tuple[int, int]


def snippet_of(text: str, terms: Terms) -> list[SnippetPart]:
    """The text around the first match in parts, in their order; «…» stands where it was cut."""
    first = next(_spans(text, terms, 0, len(text)), (0, 0))
    start = _word_start(text, first[0] - BEFORE, first[0])
    end = _word_end(text, max(start + LONGEST, first[1]), first[1])
    parts, reached = [], start
    for begin, stop in _spans(text, terms, start, end):
        parts += [_part(text[reached:begin], is_match=False), _part(text[begin:stop], is_match=True)]
        reached = stop
    parts.append(_part(text[reached:end], is_match=False))
    if start > 0:
        parts.insert(0, SnippetPart(text="…", is_match=False))
    if end < len(text):
        parts.append(SnippetPart(text="…", is_match=False))
    return [part for part in parts if part.text]


def _spans(text: str, terms: Terms, start: int, end: int) -> Iterator[Span]:
    """Where the matches are, in order, none over another."""
    matches = terms.matcher()
    words = (found.span() for found in WORD.finditer(text, start, end) if matches(found[0]))
    if not terms.pieces:
        return words
    pieces = re.compile("|".join(map(re.escape, sorted(terms.pieces, key=len, reverse=True))))
    return iter(sorted([*words, *(found.span() for found in pieces.finditer(text, start, end))]))


def _word_start(text: str, wanted: int, latest: int) -> int:
    """The beginning of a word at `wanted` or after it."""
    if wanted <= 0:
        return 0
    space = _SPACE.search(text, wanted, latest)
    return space.end() if space else wanted


def _word_end(text: str, wanted: int, earliest: int) -> int:
    """The end of a word at `wanted` or before it."""
    if wanted >= len(text):
        return len(text)
    space = max(text.rfind(" ", earliest, wanted), text.rfind("\n", earliest, wanted))
    return space if space > 0 else wanted


def _part(text: str, *, is_match: bool) -> SnippetPart:
    return SnippetPart(text=_SPACE.sub(" ", text), is_match=is_match)
