"""What is stored of the tokens that this service gives out: links, receipts, refresh tokens, challenges."""

import hashlib


def token_hash(token: str) -> str:
    """256 bits of randomness need no slow hash. Anything that somebody sends has one, lone surrogates too."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
