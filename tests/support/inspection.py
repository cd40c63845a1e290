"""Looks at a page as it shows: what does not fit, and what axe finds for those who do not see it."""

from launcher.paths import FRONTEND
from support.browser import SCREENSHOTS, Visitor

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
# What reaches out of the window or of its own box, unless it scrolls on purpose or ends in an ellipsis.
FIND_OVERFLOW = """() => {
  const isHeld = (element) => element !== null && (
    element.matches('pre, [aria-label="Table"], [data-scrolls]') ||
    getComputedStyle(element).textOverflow === "ellipsis" || isHeld(element.parentElement)
  );
  const reachesOut = (element) => {
    const { left, right, width } = element.getBoundingClientRect();
    const isSeen = width > 1 && element.checkVisibility();
    const isOutside = left < -1 || right > innerWidth + 1;
    const isTooFull = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
    return isSeen && (isOutside || isTooFull) && !isHeld(element);
  };
  const page = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
  const elements = [...document.body.querySelectorAll("*")].filter(reachesOut);
  return [...page, ...elements.map(({ outerHTML }) => outerHTML.slice(0, 160))];
}"""
RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}"""


async def faults_of(visitor: Visitor, scene: str) -> list[str]:
    """What is wrong with the page as it shows; a picture of it is kept."""
    page = visitor.page
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=SCREENSHOTS / f"{scene}.png", animations="disabled")
    faults = list(await page.evaluate(FIND_OVERFLOW))
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    return [f"{scene}: {fault}" for fault in faults + await page.evaluate(RUN_AXE)]
