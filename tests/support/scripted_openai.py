"""An OpenAI-compatible server whose behaviour each request scripts in the text of its last user message.

Runs as a process (`python tests/support/scripted_openai.py --port 0` prints `{"port": …}`) or on a thread of the
test (`with running_scripted_openai() as server`). Words in double square brackets are directives, any number of them:

    [[tokens=200]]          answer with 200 numbered words          [[rate=50]]            that many tokens per second
    [[say]]                 answer with the rest of the message     [[echo_context]]       the messages it got, as JSON
    [[pause=0,5]]           wait after that many tokens, each time until `go_on` is called (running on a thread)
    [[timestamps]]          each token is its send time, as `1700000000.123456 ` (seconds, wall clock)
    [[delay=0.5]]           wait before the headers                 [[slow_first_byte=3]]  wait between headers and body
    [[status=429]]          answer with this error status           [[retry_after=2]]      its Retry-After header
    [[times=1]]             … or cut (below) only that often for this very message; afterwards answer
    [[error_code=x]]        `code` in the error object              [[error_event=5]]      error event after 5 tokens
    [[cut=10]]              break the connection after 10 tokens    [[end=10]]             end without a word after 10
    [[cut_after_finish]]    break it after the finish reason
    [[hang]]                never answer                            [[hang_after=5]]       fall silent after 5 tokens
    [[garbage]]             broken JSON after the first token       [[html]]               a web page with status 200
    [[json]]                a whole completion although a stream was asked for
    [[no_usage]]            no token counts                         [[crlf]]               CRLF line ends
    [[refuse=max_tokens]]   400 while the request has this parameter

`GET /requests` lists what was asked and how it ended: `state` is open, complete, failed (as scripted) or
disconnected (the client left early). `DELETE /requests` forgets them.
"""

import argparse
import asyncio
import json
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field

from aiohttp import web

DIRECTIVE = re.compile(r"\[\[(\w+)(?:=([^\]]*))?\]\]")
DEFAULT_MODELS = ("gpt-4", "scripted-small")
CONTEXT_TOKENS = {"scripted-small": 4_096}  # told as vLLM does; of others nobody says how much they read
TIMESTAMP = "\0timestamp"  # replaced by the clock at the moment of sending
REFUSALS = {
    "max_tokens": "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
    "temperature": "Unsupported value: 'temperature' does not support 0.7 with this model. Only 1 is supported.",
}


class Script:
    """The directives of one message, and the text that is left without them."""

    def __init__(self, text: str) -> None:
        self._values = {name: value or "" for name, value in DIRECTIVE.findall(text)}
        self.text = DIRECTIVE.sub("", text).strip()

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def forget(self, name: str) -> None:
        del self._values[name]

    def number(self, name: str, default: float = 0.0) -> float:
        return float(self._values[name]) if name in self._values else default

    def word(self, name: str, default: str = "") -> str:
        return self._values.get(name, default)


@dataclass
class RecordedRequest:
    """One completion request as it came and as it ended; times in seconds since the epoch."""

    id: int
    body: dict[str, object]
    authorization: str | None
    received_at: float
    peer: str  # address and port of the client's end of the connection
    state: str = "open"
    tokens_sent: int = 0
    ended_at: float | None = None

    def end(self, state: str) -> None:
        self.state = state
        self.ended_at = time.time()


@dataclass
class ScriptedOpenAI:
    """The server: what it offers, what it was asked, and where it listens."""

    models: Sequence[str] = DEFAULT_MODELS
    api_key: str | None = None
    models_status: int = 200
    requests: list[RecordedRequest] = field(default_factory=list)
    models_requests: int = 0
    port: int = 0
    _failures: Counter[str] = field(default_factory=Counter)
    _pauses: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    _loop: asyncio.AbstractEventLoop | None = None
    _runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/requests", self._list_requests)
        app.router.add_delete("/requests", self._forget_requests)
        # Cancelling the handler is how a client that leaves early is noticed.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        self._loop = asyncio.get_running_loop()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def go_on(self) -> None:
        """End the one pause that an answer has come to, or the next one that comes. From any thread."""
        assert self._loop is not None, "the server has not been started"
        self._loop.call_soon_threadsafe(self._pauses.release)

    async def _list_models(self, request: web.Request) -> web.Response:
        self.models_requests += 1
        if refusal := self._refuse_key(request):
            return refusal
        if self.models_status != 200:
            return error_response(self.models_status, "The list is scripted to fail.")
        listed = [{"id": model, "object": "model", "max_model_len": CONTEXT_TOKENS.get(model)} for model in self.models]
        return web.json_response({"object": "list", "data": listed})

    async def _list_requests(self, _: web.Request) -> web.Response:
        return web.json_response([asdict(record) for record in self.requests])

    async def _forget_requests(self, _: web.Request) -> web.Response:
        self.requests.clear()
        self._failures.clear()
        return web.json_response({})

    def _refuse_key(self, request: web.Request) -> web.Response | None:
        if self.api_key is None or request.headers.get("Authorization") == f"Bearer {self.api_key}":
            return None
        return error_response(401, "Incorrect API key provided.", code="invalid_api_key")

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        peer = str(request.transport.get_extra_info("peername")) if request.transport else ""
        record = RecordedRequest(len(self.requests), body, request.headers.get("Authorization"), time.time(), peer)
        self.requests.append(record)
        try:
            response = await self._answer(request, body, record)
        except (asyncio.CancelledError, ConnectionError):
            record.end("disconnected")
            raise
        if record.state == "open":
            record.end("complete" if response.status == 200 else "failed")
        return response

    async def _answer(
        self, request: web.Request, body: dict[str, object], record: RecordedRequest
    ) -> web.StreamResponse:
        message = last_user_message(body)
        script = Script(message)
        if refusal := self._refuse_key(request) or self._refuse_request(script, message, body):
            await asyncio.sleep(script.number("delay"))
            return refusal
        if "hang" in script:
            await asyncio.Event().wait()
        await asyncio.sleep(script.number("delay"))
        if "html" in script:
            return web.Response(text="<!doctype html><title>Not the page you wanted</title>", content_type="text/html")
        if "json" in script or not body.get("stream"):
            return web.json_response(whole_completion(body, list(answer_tokens(script, body))))
        self._count_cut(script, message)
        return await StreamedAnswer(request, body, script, record, self._pauses).send()

    def _count_cut(self, script: Script, message: str) -> None:
        """Forgets a cut that was made for this message as often as the script says."""
        if "cut" in script and "times" in script:
            self._failures[message] += 1
            if self._failures[message] > script.number("times"):
                script.forget("cut")

    def _refuse_request(self, script: Script, message: str, body: Mapping[str, object]) -> web.Response | None:
        parameter = script.word("refuse")
        if parameter in body and parameter:
            text = REFUSALS.get(parameter, f"Unknown parameter: '{parameter}'.")
            return error_response(400, text, code="unsupported_parameter", param=parameter)
        status = int(script.number("status"))
        if not status or ("times" in script and self._failures[message] >= script.number("times")):
            return None
        self._failures[message] += 1
        headers = {"Retry-After": script.word("retry_after")} if "retry_after" in script else {}
        return error_response(
            status, f"Scripted to fail with {status}.", code=script.word("error_code"), headers=headers
        )


class StreamedAnswer:
    """One streamed completion on its way to the client."""

    def __init__(
        self,
        request: web.Request,
        body: dict[str, object],
        script: Script,
        record: RecordedRequest,
        pauses: asyncio.Semaphore,
    ) -> None:
        self._request = request
        self._body = body
        self._script = script
        self._record = record
        self._pauses = pauses
        self._pauses_after = {int(count) for count in script.word("pause").split(",") if count}
        self._line_end = "\r\n" if "crlf" in script else "\n"
        self._response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
        )

    async def send(self) -> web.StreamResponse:
        await self._response.prepare(self._request)
        await asyncio.sleep(self._script.number("slow_first_byte"))
        await self._send_delta({"role": "assistant", "content": ""})
        async for token in paced(answer_tokens(self._script, self._body), self._script.number("rate")):
            if await self._is_interrupted():
                return self._response
            if self._record.tokens_sent in self._pauses_after:
                await self._pauses.acquire()
            await self._send_delta({"content": token})
            self._record.tokens_sent += 1
        if not await self._is_interrupted():
            await self._send_end()
        return self._response

    async def _is_interrupted(self) -> bool:
        """Do what the script says for this many tokens; True when the answer ends here."""
        sent = self._record.tokens_sent
        if "garbage" in self._script and sent == 1:
            await self._send('{"choices": [{"delta": ')
        elif self._at("error_event", sent):
            await self._send(json.dumps({"error": {"message": "Scripted to fail midway.", "type": "server_error"}}))
        elif self._at("hang_after", sent):
            await asyncio.Event().wait()
        elif self._at("cut", sent):
            self._cut()
        elif not self._at("end", sent):
            return False
        self._record.end("failed")
        return True

    def _cut(self) -> None:
        self._record.end("failed")
        if self._request.transport is not None:
            self._request.transport.abort()

    def _at(self, directive: str, sent: int) -> bool:
        return directive in self._script and int(self._script.number(directive)) == sent

    async def _send_end(self) -> None:
        await self._send_delta({}, finish_reason="stop")
        if "cut_after_finish" in self._script:
            self._cut()
            return
        options = self._body.get("stream_options")
        if isinstance(options, dict) and options.get("include_usage") and "no_usage" not in self._script:
            usage = count_usage(self._body, self._record.tokens_sent)
            await self._send(json.dumps({"object": "chat.completion.chunk", "choices": [], "usage": usage}))
        await self._send("[DONE]")
        await self._response.write_eof()

    async def _send_delta(self, delta: dict[str, str], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        event = {"id": "scripted", "object": "chat.completion.chunk", "model": self._body.get("model")}
        await self._send(json.dumps({**event, "choices": [choice]}, ensure_ascii=False))

    async def _send(self, data: str) -> None:
        await self._response.write(f"data: {data}{self._line_end}{self._line_end}".encode())


async def paced(tokens: Iterator[str], rate: float) -> AsyncIterator[str]:
    """Give `rate` tokens per second (0: at once), measured from the start so that delays do not add up."""
    started_at = time.perf_counter()
    for index, token in enumerate(tokens):
        if rate and (wait := started_at + index / rate - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        yield f"{time.time():.6f} " if token == TIMESTAMP else token


def answer_tokens(script: Script, body: Mapping[str, object]) -> Iterator[str]:
    """The answer in pieces that concatenate to its text; every piece is what a model would call a token."""
    if "timestamps" in script:
        return (TIMESTAMP for _ in range(int(script.number("tokens", 10))))
    if "tokens" in script:
        return (f"word{number} " for number in range(1, int(script.number("tokens")) + 1))
    if "echo_context" in script:
        text = json.dumps(body.get("messages"), ensure_ascii=False)
    elif "say" in script:
        text = script.text
    else:
        text = f"This is the scripted answer to: {script.text}"
    return iter(re.findall(r"\S+\s*|\s+", text))


def last_user_message(body: Mapping[str, object]) -> str:
    messages = body.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if message.get("role") == "user":
            return str(message.get("content"))
    return ""


def count_usage(body: Mapping[str, object], completion_tokens: int) -> dict[str, int]:
    """Count words as tokens: a prompt of three words and an answer of four are seven."""
    messages = body.get("messages")
    prompt_tokens = sum(len(str(m.get("content")).split()) for m in (messages if isinstance(messages, list) else []))
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }


def whole_completion(body: Mapping[str, object], tokens: Sequence[str]) -> dict[str, object]:
    message = {"role": "assistant", "content": "".join(tokens)}
    return {
        "id": "scripted",
        "object": "chat.completion",
        "model": body.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": count_usage(body, len(tokens)),
    }


def error_response(
    status: int, message: str, *, code: str = "", param: str | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    error = {"message": message, "type": "scripted_error", "code": code or None, "param": param}
    return web.json_response({"error": error}, status=status, headers=headers)


@contextmanager
def running_scripted_openai(
    *, models: Sequence[str] = DEFAULT_MODELS, api_key: str | None = None, port: int = 0
) -> Iterator[ScriptedOpenAI]:
    """Run the server on a thread with its own event loop, for as long as the block lasts."""
    server = ScriptedOpenAI(models=models, api_key=api_key)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="scripted-openai", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.start(port), loop).result(timeout=10)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def serve(arguments: argparse.Namespace) -> None:
    server = ScriptedOpenAI(models=arguments.models.split(","), api_key=arguments.api_key)
    await server.start(arguments.port)
    sys.stdout.write(json.dumps({"port": server.port, "base_url": server.base_url}) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    with suppress(NotImplementedError):  # the event loop of Windows knows no signal handlers
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="A scripted OpenAI-compatible server for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one; it is printed as JSON")
    parser.add_argument("--api-key", default=None, help="refuse requests without this key")
    parser.add_argument("--models", default=",".join(DEFAULT_MODELS), help="ids on offer, separated by commas")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
