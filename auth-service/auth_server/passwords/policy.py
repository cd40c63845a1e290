"""Which passwords are good enough. Contract, section 3."""

import unicodedata
from functools import lru_cache
from pathlib import Path

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128
COMMON_PASSWORDS = Path(__file__).with_name("common_passwords.txt")


def password_faults(password: str, *, username: str, email: str) -> list[str]:
    """The rules that the password breaks, as phrases for the person who chose it; empty when it is good.

    Lengths are in characters (code points), of any script.
    """
    key = _key(password)
    names = {_key(username), _key(email), _key(email.rpartition("@")[0])}
    checks = (
        (len(password) < SHORTEST_PASSWORD, f"it needs at least {SHORTEST_PASSWORD} characters"),
        (len(password) > LONGEST_PASSWORD, f"it has more than {LONGEST_PASSWORD} characters"),
        (not any(character.isalpha() for character in password), "it needs a letter"),
        (not any(character.isdigit() for character in password), "it needs a digit"),
        (any(unicodedata.category(character) == "Cs" for character in password), "it has a half of a character"),
        (key in names, "it must not be the username or the e-mail address"),
        (key in common_passwords(), "it is one of the most common passwords"),
    )
    return [reason for is_broken, reason in checks if is_broken]


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The passwords that attackers try first, in the form that `_key` gives."""
    return frozenset(_key(line) for line in COMMON_PASSWORDS.read_text(encoding="utf-8").split())


def _key(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
