"""Amounts of money: inside the service whole billionths of a US dollar, on the wire US dollars."""

NANO_PER_USD = 1_000_000_000


def nano_of_usd(amount_usd: float) -> int:
    """The amount in billionths of a dollar, rounded to the nearest."""
    return round(amount_usd * NANO_PER_USD)


def usd_of_nano(amount_nano_usd: int) -> float:
    """The amount in dollars; exact to the billionth up to some million dollars."""
    return amount_nano_usd / NANO_PER_USD


def written_usd(amount_nano_usd: int) -> str:
    """The amount for a sentence: cents, or for less than a cent as many digits as it takes."""
    amount_usd = usd_of_nano(amount_nano_usd)
    is_small = 0 < amount_usd < 0.01  # a cent
    return f"{amount_usd:.9f}".rstrip("0") if is_small else f"{amount_usd:.2f}"
