"""Whether the time of a refused sign-in tells if there is such a name: unknown and known names in turns.

Backing off is switched off, or the tries would be refused before any work. Passwords are hashed at the product's own
cost.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

from harness import AUTH, People, Stack, people_of, percentile, print_table, running_stack

SETTINGS = {"SIGN_IN_BACK_OFF": "false", "BCRYPT_ROUNDS": "12"}
KINDS = ("known name, wrong password", "unknown name")


async def refused(people: People, username: str) -> float:
    """How long the refusal took, in ms."""
    began = time.perf_counter()
    answer = await people.post_token(username, "wrong-password-1")
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 401:
        raise RuntimeError(f"expected a refusal, received {answer.status_code}")
    return took


async def measure(stack: Stack, rounds: int) -> dict[str, list[float]]:
    """The times of both kinds; which comes first is drawn anew each time."""
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    async with people_of(stack) as people:
        known = (await people.register()).username
        names = dict(zip(KINDS, (known, f"{known}-nobody"), strict=True))
        for kind in KINDS:
            await refused(people, names[kind])  # the first of each loads what is loaded once
        for _ in range(rounds):
            for kind in random.sample(KINDS, len(KINDS)):
                found[kind].append(await refused(people, names[kind]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300, help="tries of each kind")
    rounds = parser.parse_args().rounds
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), services=[AUTH], settings=SETTINGS) as stack,
    ):
        found = asyncio.run(measure(stack, rounds))
    rows = [
        [kind, str(len(times)), *(f"{percentile(times, percent):.1f}" for percent in (5, 50, 95))]
        for kind, times in found.items()
    ]
    print_table(["refused sign-in (ms)", "n", "p5", "p50", "p95"], rows)
    known, unknown = (statistics.median(times) for times in found.values())
    print(f"\nmedian of unknown names minus that of known ones: {unknown - known:+.2f} ms")


if __name__ == "__main__":
    main()
