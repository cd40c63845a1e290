"""Small stand-ins that the launcher's tests share: a console that remembers, free ports, a tiny server."""

import io
import socket
import sys
from pathlib import Path

from launcher.console import Console
from launcher.processes import Child

SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = not os.path.exists(sys.argv[2])
        self.send_response(200 if ready else 503)
        self.end_headers()
        self.wfile.write(b'{"detail": "Waiting for the database."}')
    def log_message(self, *arguments):
        pass
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


class RecordingConsole(Console):
    """A console whose text can be read."""

    def __init__(self) -> None:
        self.written = io.StringIO()
        super().__init__(self.written)

    @property
    def text(self) -> str:
        return self.written.getvalue()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def server_child(console: Console, port: int, folder: Path, name: str = "auth-service") -> Child:
    """A child that serves on the port; it is not ready while `folder/not-ready` exists."""
    command = [sys.executable, "-c", SERVER, str(port), str(folder / "not-ready")]
    return Child(name, command, cwd=folder, environment={}, console=console)


def script_child(console: Console, script: str, folder: Path, name: str = "auth-service") -> Child:
    return Child(name, [sys.executable, "-c", script], cwd=folder, environment={}, console=console)
