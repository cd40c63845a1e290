"""What the page's server says of scripts, connections and frames holds, whatever slipped into the page."""

import pytest
from support.client import Person
from support.hostile_markdown import ACT
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


class TestContentSecurityPolicy:
    @pytest.mark.parametrize("path", ["/", "/sign-in", "/c/any", "/config.js", "/no/such/page"])
    async def test_comes_with_every_answer(self, visit: Visit, path: str) -> None:
        async with visit() as visitor:
            headers = (await visitor.page.request.get(visitor.site.address + path)).headers
            directives = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
            assert directives["script-src"] == "'self'"
            assert directives["default-src"] == "'self'"
            assert directives["object-src"] == directives["frame-ancestors"] == "'none'"
            connections = set(directives["connect-src"].split())
            assert connections - {"'self'", visitor.site.address} == visitor.site.origins - {visitor.site.address}
            assert headers["x-content-type-options"] == "nosniff"

    async def test_keeps_what_slipped_in_from_running(self, visit: Visit, reader: Person) -> None:
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go()
            await visitor.page.evaluate(
                """(act) => {
                  const script = document.createElement("script");
                  script.textContent = act;
                  document.body.append(script);
                  document.body.insertAdjacentHTML("beforeend", `<button id="slipped" onclick="${act}">Press</button>`);
                  document.getElementById("slipped").click();
                }""",
                ACT,
            )
            assert await visitor.page.evaluate("window.hasActed") is None
            assert len([line for line in visitor.complaints if "Content Security Policy" in line]) >= 2
