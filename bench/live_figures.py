"""How soon the figures on an administrator's screen have moved after a message, in a real Chromium.

Somebody converses through the service while an administrator has the overview open. Each time is from the moment at
which the answer is stored until the page shows question and answer as counted. «alone» is an exchange after a quiet
while, «in a row» one that follows another at once, so that the page's own pace counts.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from harness import Person, people_of, percentile, print_table, running_provider, running_stack
from playwright.async_api import Page
from support.browser import Visitor, running_browser, visiting
from support.figure_pages import card, show, until_loaded
from support.site import running_site

GOAL_MS = 2_000
QUIET_SECONDS = (2.0, 5.0)
# The text of the cards' figures; resolves to the moment at which one says so many, in ms since 1970.
SHOWS = """([label, wanted]) => {
  const cards = [...document.querySelectorAll("main dl > div")];
  const shown = cards.find((card) => card.querySelector("dt")?.textContent === label);
  return shown?.querySelector("dd")?.textContent === wanted ? Date.now() : null;
}"""


@asynccontextmanager
async def watched_by_admin() -> AsyncIterator[tuple[Visitor, Person]]:
    """An administrator with the overview open, and somebody who converses."""
    settings = {"MODEL_FIRST_BYTE_SECONDS": "60"}
    with tempfile.TemporaryDirectory() as folder, running_provider() as base_url:
        settings |= {"OPENAI_BASE_URL": base_url}
        with running_stack(Path(folder), settings=settings) as stack:
            async with running_browser() as browser, running_site(stack) as site, people_of(stack) as people:
                person = await people.register()
                await person.ask(await person.new_conversation(), "[[say]]Yes")
                async with visiting(browser, site, await people.admin()) as visitor:
                    await show(visitor, "overview", "?zone=UTC")
                    await visitor.page.get_by_text("live", exact=True).wait_for()
                    await until_loaded(visitor)
                    yield visitor, person


async def until_shown(page: Page, messages: int) -> float:
    """When the page shows so many messages, in ms since 1970."""
    moment = await page.wait_for_function(SHOWS, arg=["Messages", f"{messages:,}"], polling="raf")
    return float(await moment.json_value())


async def measure(rounds: int) -> dict[str, list[float]]:
    """Times in ms by kind of exchange."""
    found: dict[str, list[float]] = {"alone": [], "in a row": []}
    async with watched_by_admin() as (visitor, person):
        conversation = await person.new_conversation()
        shown = int((await card(visitor, "Messages").inner_text()).replace(",", ""))
        for _ in range(rounds):
            await asyncio.sleep(random.uniform(*QUIET_SECONDS))
            for kind in ("alone", "in a row", "in a row"):
                await person.ask(conversation, "[[say]]Yes")
                stored_at = time.time() * 1000
                shown += 2
                found[kind].append(await until_shown(visitor.page, shown) - stored_at)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    found = asyncio.run(measure(parser.parse_args().rounds))
    rows = []
    for kind, times in found.items():
        late = sum(one > GOAL_MS for one in times)
        rows.append(
            [
                kind,
                str(len(times)),
                *(f"{percentile(times, percent):,.0f}" for percent in (50, 95)),
                f"{max(times):,.0f}",
                str(late),
            ]
        )
    print_table(["exchange", "n", "p50 ms", "p95 ms", "longest ms", f"over {GOAL_MS:,} ms"], rows)


if __name__ == "__main__":
    main()
