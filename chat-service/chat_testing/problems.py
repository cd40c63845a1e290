"""Comparing problem documents."""

import httpx

SAME_REQUEST = {"X-Request-ID": "the-same-for-both"}
ABSENT_ID = "01890000-0000-7000-8000-000000000000"


def exactly(response: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """All that a caller can see of an answer."""
    return response.status_code, sorted(response.headers.items()), response.content


def code_of(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem document. Raises AssertionError for anything else."""
    if response.headers["Content-Type"] != "application/problem+json":
        raise AssertionError(response.text)
    problem = response.json()
    missing = {"type", "title", "status", "detail", "code", "request_id"} - problem.keys()
    if missing or problem["status"] != response.status_code:
        raise AssertionError(response.text)
    return response.status_code, str(problem["code"])


def fields_of(response: httpx.Response) -> list[str]:
    """The fields that a 422 names."""
    return [str(error["field"]) for error in response.json()["errors"]]
