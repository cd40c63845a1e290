"""Spans are off until a collector is named, and bounded when it does not take them."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from service_kit import tracing
from service_kit.tracing import NO_SPAN, Origins, Tracing

MODULES = ("opentelemetry.sdk", "opentelemetry.exporter", "google.protobuf", "requests")
LOOK = f"""
import sys
from service_kit.settings import ServiceSettings
from service_kit.application import create_service_app
from service_kit import tracing
app = create_service_app(ServiceSettings(), title="Kit", version="1", lifespan=None, checks={{}})
with tracing.span("nothing", "server", {{}}, {{"traceparent": "x"}}) as span:
    span.set("a", 1)
print(sorted(set({MODULES!r}) & set(sys.modules)))
"""


@pytest.fixture
async def mute_collector() -> AsyncIterator[Tracing]:
    """Tracing towards a port where somebody listens and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        made = Tracing(endpoint=address, headers=SecretStr("a=b"), ratio=1.0, service="kit", version="1")
        made.start()
        yield made
        await made.stop()


class TestOff:
    def test_imports_nothing_of_it(self) -> None:
        environment = {"CONVOAI_ENV_FILES": "off", "PATH": "", "LOG_LEVEL": "ERROR"}
        done = subprocess.run(
            [sys.executable, "-c", LOOK], capture_output=True, text=True, env=environment, timeout=60, check=False
        )
        assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr

    def test_makes_no_spans(self) -> None:
        headers: dict[str, str] = {}
        with tracing.span("nothing") as span:
            tracing.put_into(headers)
            assert span is NO_SPAN
        assert headers == {}
        assert not tracing.is_on()


class TestMuteCollector:
    async def test_delays_no_span_and_ends_in_time(self, mute_collector: Tracing) -> None:
        began_at = time.perf_counter()
        for _ in range(3 * tracing.MOST_WAITING):
            with tracing.span("work", "internal", {"number": 1}):
                pass
        assert time.perf_counter() - began_at < 5
        async with asyncio.timeout(tracing.STOP_SECONDS + 2 * tracing.EXPORT_SECONDS + 2):
            await mute_collector.stop()

    @pytest.mark.usefixtures("mute_collector")
    async def test_hands_the_trace_on(self) -> None:
        headers: dict[str, str] = {}
        trace_id = "0af7651916cd43dd8448eb211c80319c"
        with tracing.span("call", "server", carrier={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"}):
            tracing.put_into(headers)
        assert headers["traceparent"].split("-")[1] == trace_id

    @pytest.mark.parametrize("bad", ["", "x", "00-0-0-01", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "ü" * 5_000])
    @pytest.mark.usefixtures("mute_collector")
    async def test_begins_a_trace_of_its_own_for_a_bad_caller(self, bad: str) -> None:
        headers: dict[str, str] = {}
        with tracing.span("call", "server", carrier={"traceparent": bad}):
            tracing.put_into(headers)
        assert len(headers["traceparent"].split("-")[1].strip("0")) > 8

    @pytest.mark.usefixtures("mute_collector")
    async def test_lets_errors_pass(self) -> None:
        with pytest.raises(LookupError, match="as it was"), tracing.span("work"):
            raise LookupError("as it was")

    @pytest.mark.usefixtures("mute_collector")
    async def test_remembers_a_few_origins_alone(self) -> None:
        origins = Origins()
        with tracing.span("request"):
            for _ in range(10 * tracing.MOST_LINKS):
                origins.note()
        with origins.span("deliver"):
            headers: dict[str, str] = {}
            tracing.put_into(headers)
        assert headers
