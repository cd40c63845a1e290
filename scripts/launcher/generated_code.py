"""What is made from the services for the page: their OpenAPI documents, and the TypeScript types made of those."""

from pathlib import Path

from launcher.console import Console
from launcher.frontend import npm_command
from launcher.paths import FRONTEND, ROOT, venv_program
from launcher.problems import LauncherError
from launcher.services import ANALYTICS, AUTH, CHAT, Service
from launcher.steps import run_step

_API = FRONTEND / "src" / "api"
_STEP = "generate"
_WRITE_DOCUMENT = """
import json, pathlib, sys
from main import app
text = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False)
pathlib.Path(sys.argv[1]).write_text(text + "\\n", encoding="utf-8")
"""
# The document must not depend on anybody's settings, and no start may happen here.
_ENVIRONMENT = {"CONVOAI_ENV_FILES": "off", "ENVIRONMENT": "test", "LOG_LEVEL": "WARNING"}


def regenerate(console: Console) -> int:
    """Write the documents and the types anew. Returns: 0."""
    for service in (AUTH, CHAT, ANALYTICS):
        command = [str(venv_program("python")), "-c", _WRITE_DOCUMENT, str(_document(service))]
        run_step(console, _STEP, command, cwd=service.folder, environment=_ENVIRONMENT, is_quiet=True)
    run_step(console, _STEP, [npm_command(), "run", "--silent", "generate-api"], cwd=FRONTEND, is_quiet=True)
    return 0


def require_current(console: Console) -> None:
    """Raises: LauncherError that names what was not current. It is current afterwards, to be committed."""
    before = _texts()
    regenerate(console)
    after = _texts()
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    if changed:
        names = ", ".join(str(path.relative_to(ROOT)) for path in changed)
        raise LauncherError(f"Not current, made anew just now, to be committed: {names}.")


def _document(service: Service) -> Path:
    return _API / "openapi" / f"{service.name.removesuffix('-service')}.json"


def _texts() -> dict[Path, str]:
    files = [*(_API / "openapi").glob("*.json"), *(_API / "generated").glob("*.ts")]
    return {path: path.read_text(encoding="utf-8") for path in files}
