"""How usernames and e-mail addresses may look, and the keys that they are compared by."""

import unicodedata
from typing import Annotated

import email_validator
from pydantic import AfterValidator, Field

SHORTEST_USERNAME = 3  # also keeps `me`, which is a route, from being a name
LONGEST_USERNAME = 64
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3
LONGEST_FULL_NAME = 200
LONGEST_LOOKUP = 320

# A server in a house or an office may well use these; the library refuses them as not reachable from everywhere.
_PRIVATE_DOMAINS = ("localhost", "local", "test")
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name not in _PRIVATE_DOMAINS
]


def comparison_key(name: str) -> str:
    """What two names that a person takes for the same have in common: neither case nor width counts."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def lookup_key(name: str) -> str | None:
    """The key of a name that somebody typed; None when no user can have it (databases refuse NUL and surrogates)."""
    if len(name) > LONGEST_LOOKUP or any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return None
    return comparison_key(name)


def check_username(username: str) -> str:
    """The username in its stored form. Raises ValueError with the rule that it breaks."""
    username = unicodedata.normalize("NFKC", username)
    if not SHORTEST_USERNAME <= len(username) <= LONGEST_USERNAME:
        raise ValueError(f"A username has {SHORTEST_USERNAME} to {LONGEST_USERNAME} characters")
    if not all(_is_letter_or_digit(character) or character in "._-" for character in username):
        raise ValueError("A username consists of letters, digits, dots, underscores and hyphens")
    if not username[0].isalnum():
        raise ValueError("A username begins with a letter or a digit")
    return username


def _is_letter_or_digit(character: str) -> bool:
    """Whether it is a letter or digit of any script, or a mark that is written on one."""
    return unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd")


def check_email(email: str) -> str:
    """The address in its stored form; whether it receives mail is not asked. Raises ValueError otherwise."""
    return email_validator.validate_email(email, check_deliverability=False, globally_deliverable=False).normalized


def check_domain(domain: str) -> str:
    """What follows the @ of an address, in its stored form. Raises ValueError otherwise."""
    return check_email(f"somebody@{domain.strip().removeprefix('@')}").rpartition("@")[2]


def check_full_name(full_name: str) -> str | None:
    """The name without space around it, None when nothing is left. Raises ValueError for control characters."""
    if any(unicodedata.category(character) == "Cc" for character in full_name):
        raise ValueError("A name has no line breaks or other control characters")
    return full_name.strip() or None


Username = Annotated[
    str,
    Field(
        min_length=SHORTEST_USERNAME,
        max_length=LONGEST_USERNAME,
        description="Letters and digits of any script, dots, underscores and hyphens; begins with a letter or digit.",
        examples=["ada.lovelace"],
    ),
    AfterValidator(check_username),
]
EmailAddress = Annotated[
    str,
    Field(max_length=LONGEST_EMAIL, json_schema_extra={"format": "email"}, examples=["ada@example.com"]),
    AfterValidator(check_email),
]
FullName = Annotated[str, Field(max_length=LONGEST_FULL_NAME), AfterValidator(check_full_name)]
