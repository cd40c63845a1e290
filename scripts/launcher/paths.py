"""Where things lie in the repository, whatever the working directory."""

import os
from pathlib import Path

IS_WINDOWS = os.name == "nt"
ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
FRONTEND = ROOT / "chat-frontend"
RUN = ROOT / "run"
VENV = ROOT / ".venv"
MEMBERS = ("libs/service-kit", "auth-service", "chat-service", "analytics-service")


def venv_program(name: str) -> Path:
    """The path that a program has inside the virtual environment, present or not."""
    return VENV / "Scripts" / f"{name}.exe" if IS_WINDOWS else VENV / "bin" / name
