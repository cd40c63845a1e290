"""Asks a running installation for one whole conversation, over the ports a browser uses. Standard library only."""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

LIMIT_SECONDS = 180
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
_HOST = os.environ.get("CONVOAI_SMOKE_HOST", "127.0.0.1")


def address(variable: str, default: int) -> str:
    return f"http://{_HOST}:{os.environ.get(variable, default)}"


PAGE = address("CHAT_FRONTEND_PORT", 3000)
CHAT = address("CHAT_SERVICE_PORT", 8000)
AUTH = address("AUTH_SERVICE_PORT", 8001)
ANALYTICS = address("ANALYTICS_SERVICE_PORT", 8002)


def call(method: str, url: str, token: str | None = None, *, body: Any = None, form: Any = None) -> Any:
    """One request. Returns: the decoded JSON. Raises: HTTPError for a status other than 2xx."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = None
    if form is not None:
        data = urllib.parse.urlencode(form).encode()
    elif body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    with _open(urllib.request.Request(url, data, headers, method=method), timeout=120) as response:  # noqa: S310
        return json.loads(response.read())


def wait_until_ready() -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    for url in (f"{AUTH}/ready", f"{CHAT}/ready", f"{ANALYTICS}/ready", f"{PAGE}/"):
        while not answers(url):
            if time.monotonic() > deadline:
                sys.exit(f"{url} did not answer within {LIMIT_SECONDS} s")
            time.sleep(1)


def answers(url: str) -> bool:
    try:
        with _open(url, timeout=3) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def converse(auth: str, chat: str) -> str:
    """Register, sign in, ask one question of the services at these addresses. Returns: the answer."""
    name = f"smoke{time.time_ns()}"
    account = {"username": name, "email": f"{name}@example.com", "password": "testpass123"}
    call("POST", f"{auth}/users/", body=account)
    form = {"username": name, "password": account["password"]}
    token = call("POST", f"{auth}/auth/token", form=form)["access_token"]
    conversation = call("POST", f"{chat}/conversations/", token, body={})["id"]
    messages = f"{chat}/conversations/{conversation}/messages"
    answer: str = call("POST", messages, token, body={"content": "What is the capital of France?"})["reply"]["content"]
    roles = [message["role"] for message in call("GET", messages, token)]
    if roles != ["user", "assistant"]:
        sys.exit(f"the history has {roles}")
    call("DELETE", f"{chat}/conversations/{conversation}", token)
    return answer


def count_messages() -> int:
    """What analytics-service has counted so far, as the default admin sees it."""
    form = {
        "username": os.environ.get("ADMIN_USERNAME", "admin"),
        "password": os.environ.get("ADMIN_PASSWORD", "admin123"),
    }
    token = call("POST", f"{AUTH}/auth/token", form=form)["access_token"]
    return int(call("GET", f"{ANALYTICS}/analytics/summary", token)["total_messages"])


def main() -> None:
    wait_until_ready()
    before = count_messages()
    for way, auth, chat in (("ports", AUTH, CHAT), ("gateway", f"{PAGE}/api/auth", f"{PAGE}/api/chat")):
        answer = converse(auth, chat)
        sys.stdout.write(f"answer through the {way}: {answer}\n")
        if not answer.strip():
            sys.exit("the answer is empty")
    deadline = time.monotonic() + 30
    while count_messages() < before + 4:
        if time.monotonic() > deadline:
            sys.exit("the figures did not move")
        time.sleep(1)
    sys.stdout.write("ConvoAI answers, and its figures move.\n")


if __name__ == "__main__":
    main()
