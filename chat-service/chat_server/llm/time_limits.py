"""How long the model layer waits for a provider."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """All in seconds; every byte counts as life, so a server's keep-alive comments extend the wait.

    first_byte_seconds covers everything up to the first byte of the answer, retries included.
    answer_seconds bounds the whole answer, so that a provider that only sends keep-alives is left in the end.
    """

    connect_seconds: float = 5.0
    first_byte_seconds: float = 60.0
    between_tokens_seconds: float = 30.0
    answer_seconds: float = 600.0
