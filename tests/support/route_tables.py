"""What the services route, documented or not, as each says itself when it is asked in a process of its own."""

import json
import subprocess
import sys

from launcher.services import ANALYTICS, AUTH, CHAT, Service
from support.processes import base_environment

_PRINT_ROUTES = """
import json
from fastapi.routing import iter_route_contexts
from main import app
routes = [[route.path, sorted(route.methods or ["SOCKET"])] for route in iter_route_contexts(app.routes)]
print(json.dumps(routes))
"""
_SERVICES = {"auth": AUTH, "chat": CHAT, "analytics": ANALYTICS}
_IMPLIED = {"HEAD"}  # Starlette's own for a GET


def routed_operations(secret: str) -> set[str]:
    """All of them, sockets as `chat SOCKET /ws/{conversation_id}`."""
    return {operation for name, service in _SERVICES.items() for operation in _operations(name, service, secret)}


def _operations(name: str, service: Service, secret: str) -> set[str]:
    environment = base_environment() | {
        "CONVOAI_ENV_FILES": "off",
        "ENVIRONMENT": "test",
        "LOG_LEVEL": "WARNING",
        "AUTH_SECRET_KEY": secret,
    }
    command = [sys.executable, "-c", _PRINT_ROUTES]
    printed = subprocess.run(
        command, cwd=service.folder, env=environment, check=True, capture_output=True, text=True, timeout=60
    )
    routes = json.loads(printed.stdout.splitlines()[-1])
    # What a value may hold (`{model:path}`) is no part of its name; the documents leave it out as well.
    return {
        f"{name} {method} {path.replace(':path}', '}')}"
        for path, methods in routes
        for method in methods
        if method not in _IMPLIED
    }
