"""What is looked for, in the languages of the two indexes. Words hold letters alone; still, all stand in quotes."""

from chat_server.search.terms import LETTERS, Terms, folded

LONGEST_LEXEME = 500  # PostgreSQL refuses words of more than 2,046 bytes


def fts5_adjacent(user_id: str, terms: Terms) -> str:
    """The words one behind the other, in a text of this person."""
    return f"{_owner(user_id)} AND {_phrase(terms)}"


def fts5_all(user_id: str, terms: Terms) -> str:
    """All of the words anywhere, in a text of this person."""
    *others, last = terms.words
    words = [f'"{word}"' for word in dict.fromkeys(others)]
    words.append(f'"{last}" *' if terms.is_last_a_beginning else f'"{last}"')
    return f"{_owner(user_id)} AND content : ({' AND '.join(words)})"


def fts5_scattered(user_id: str, terms: Terms) -> str:
    """The second without the first."""
    return f"({fts5_all(user_id, terms)}) NOT {_phrase(terms)}"


def _owner(user_id: str) -> str:
    return f'owner : "{user_id.encode().hex()}"'


def _phrase(terms: Terms) -> str:
    return f'content : "{" ".join(terms.words)}"'


def glob_patterns(terms: Terms) -> list[str]:
    """Patterns of GLOB, for a text in small letters between two spaces: each word, with no letter beside it."""
    edge = f"[^{LETTERS}]"
    patterns = [f"*{edge}{word.lower()}{edge}*" for word in dict.fromkeys(terms.words)]
    if terms.is_last_a_beginning:
        patterns.append(f"*{edge}{terms.words[-1].lower()}*")
        patterns.remove(f"*{edge}{terms.words[-1].lower()}{edge}*")
    return patterns


def tsquery_adjacent(terms: Terms) -> str:
    """The words one behind the other."""
    return " <-> ".join(map(_lexeme, terms.words))


def tsquery_all(terms: Terms) -> str:
    """All of the words anywhere."""
    *others, last = map(_lexeme, terms.words)
    if terms.is_last_a_beginning and not last.endswith("*"):
        last += ":*"
    return " & ".join([*dict.fromkeys(others), last])


def _lexeme(word: str) -> str:
    plain = folded(word)
    return f"'{plain}'" if len(plain) <= LONGEST_LEXEME else f"'{plain[:LONGEST_LEXEME]}':*"
