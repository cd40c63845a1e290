"""The services as one running installation: free ports, databases and logs in a folder of its own."""

import re
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from launcher.paths import FRONTEND, ROOT
from launcher.services import ANALYTICS, AUTH, CHAT, PAGE, SAFE_HOST, Service, page_command, service_command
from service_kit.tokens import TokenCodec
from support.processes import ServiceProcess, base_environment, free_port
from support.scripted_openai import ScriptedOpenAI

ADMIN_USERNAME = "admin"
ADMIN_PASSWORD = "admin123"
NOBODY_LISTENS = "http://127.0.0.1:9"  # the discard port; refused at once
PYTHON_SERVICES = (AUTH, ANALYTICS, CHAT)
FIRST_BYTE_SECONDS = 3.0
# The suite is one address with hundreds of people; what a limit does is tested with stacks and services of their own.
UNLIMITED = {
    "REQUESTS_PER_MINUTE": "0",
    "REGISTRATIONS_PER_HOUR": "0",
    "REFRESHES_PER_MINUTE": "0",
    "PASSWORD_RESETS_PER_HOUR": "0",
    "MESSAGES_PER_MINUTE": "0",
    "IMPORTS_PER_HOUR": "0",
    "SHARED_READS_PER_MINUTE": "0",
    "WEBSOCKETS_OPENED_PER_MINUTE": "0",
    "API_KEYS_PER_USER": "1000",
}
BETWEEN_TOKENS_SECONDS = 3.0


class Stack:
    """What runs, where it answers, and what it leaves on disk."""

    def __init__(
        self,
        folder: Path,
        *,
        services: Sequence[Service] = PYTHON_SERVICES,
        provider: ScriptedOpenAI | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.log_folder = folder / "logs"
        self.log_folder.mkdir(parents=True, exist_ok=True)
        self.secret = secrets.token_urlsafe(48)
        self.codec = TokenCodec(self.secret)
        self.model_key = f"sk-{secrets.token_urlsafe(24)}"
        self.page_port = free_port()
        self.page_origin = f"http://{SAFE_HOST}:{self.page_port}"
        self.named_page_port = free_port()  # of a second page, which is opened by this machine's name
        self._provider = provider
        self._settings = dict(settings or {})
        self._started = services
        self._ports = {service: free_port() for service in PYTHON_SERVICES}
        self.auth, self.analytics, self.chat = (self._process(service) for service in PYTHON_SERVICES)

    @property
    def provider(self) -> ScriptedOpenAI:
        assert self._provider is not None, "this stack has no scripted provider"
        return self._provider

    @property
    def processes(self) -> list[ServiceProcess]:
        """Those that this stack starts."""
        every = dict(zip(PYTHON_SERVICES, (self.auth, self.analytics, self.chat), strict=True))
        return [every[service] for service in self._started]

    def start(self) -> None:
        """Start all at once; return when all are ready."""
        for process in self.processes:
            process.start()
        for process in self.processes:
            process.wait_ready()

    def stop(self) -> None:
        """End all that run; one that does not end in good time fails the tests, after the others have ended."""
        with ExitStack() as ends:
            for process in (self.auth, self.analytics, self.chat):
                ends.callback(process.stop)

    def address_of(self, service: Service) -> str:
        return f"http://{SAFE_HOST}:{self._ports[service]}"

    @property
    def socket_address(self) -> str:
        return self.chat.address.replace("http", "ws", 1)

    def database(self, service: Service) -> Path:
        return self.folder / f"{service.name}.db"

    def query(self, service: Service, statement: str, *parameters: str) -> list[tuple[object, ...]]:
        """What a service's database holds, read beside the running service."""
        with closing(sqlite3.connect(f"file:{self.database(service)}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(statement, parameters).fetchall()

    def waiting_events(self) -> int:
        """How many events wait in the outboxes of auth and chat."""
        counts = (self.query(service, "SELECT count(*) FROM outbox_events") for service in (AUTH, CHAT))
        return sum(int(str(rows[0][0])) for rows in counts)

    def log_files(self) -> Iterable[Path]:
        """Everything that the processes wrote: the rotating files and what came on the streams."""
        return sorted(path for path in self.log_folder.iterdir() if path.is_file())

    @contextmanager
    def running_page(self, settings: Mapping[str, str] | None = None, *, name: str = SAFE_HOST) -> Iterator[str]:
        """Serve the built page as `npm start` does, for as long as the block lasts; gives its address.

        `name` is what the address calls this machine; a page by another name than the number has its own port.
        """
        node = shutil.which("node")
        assert node is not None, "Node is not installed"
        port = self.page_port if name == SAFE_HOST else self.named_page_port
        page = ServiceProcess(
            PAGE.name,
            page_command(node, port, SAFE_HOST),
            folder=FRONTEND,
            port=port,
            environment=base_environment() | self._page_settings() | {"PORT": str(port)} | dict(settings or {}),
            log_folder=self.log_folder,
            ready_path="/",
        )
        page.start()
        try:
            page.wait_ready()
            yield f"http://{name}:{port}"
        finally:
            page.stop()

    def _process(self, service: Service) -> ServiceProcess:
        port = self._ports[service]
        # The launcher's own command line, with the interpreter that runs the tests.
        command = [sys.executable, *service_command(service, SAFE_HOST, port)[1:]]
        environment = base_environment() | self._service_settings(service) | self._settings
        return ServiceProcess(
            service.name,
            command,
            folder=ROOT / service.name,
            port=port,
            environment=environment,
            log_folder=self.log_folder,
        )

    def _service_settings(self, service: Service) -> dict[str, str]:
        model = {}
        if self._provider is not None:
            model = {"OPENAI_BASE_URL": self._provider.base_url, "OPENAI_API_KEY": self.model_key}
        return model | {
            "CONVOAI_ENV_FILES": "off",  # a developer's own .env files are none of the tests' business
            "ENVIRONMENT": "test",
            "AUTH_SECRET_KEY": self.secret,
            "PORT": str(self._ports[service]),
            "HOST": SAFE_HOST,
            "CORS_ORIGINS": ",".join(
                [*(f"http://localhost:{port}" for port in (self.page_port, self.named_page_port)), self.page_origin]
            ),
            "PUBLIC_URL": self.page_origin,
            "AUTH_SERVICE_URL": self.address_of(AUTH),
            "ANALYTICS_SERVICE_URL": self.address_of(ANALYTICS),
            "CHAT_SERVICE_URL": self.address_of(CHAT),
            "DATABASE_URL": f"sqlite:///{self.database(service).as_posix()}",
            "LOG_DIRECTORY": str(self.log_folder),
            "LOG_FORMAT": "json",
            "BCRYPT_ROUNDS": "4",
            **UNLIMITED,
            "AUTO_TITLES": "false",  # so that the provider is asked what the tests ask, and nothing else
            "MODEL_FIRST_BYTE_SECONDS": str(FIRST_BYTE_SECONDS),
            "MODEL_BETWEEN_TOKENS_SECONDS": str(BETWEEN_TOKENS_SECONDS),
            # What goes from service to service stays on this machine, whatever proxy it is told to use.
            "HTTP_PROXY": NOBODY_LISTENS,
            "ALL_PROXY": NOBODY_LISTENS,
        }

    def _page_settings(self) -> dict[str, str]:
        return {
            "PORT": str(self.page_port),
            "HOST": SAFE_HOST,
            "REACT_APP_AUTH_API_URL": self.auth.address,
            "REACT_APP_CHAT_API_URL": self.chat.address,
            "REACT_APP_ANALYTICS_API_URL": self.analytics.address,
            "REACT_APP_WS_URL": self.socket_address,
        }


@contextmanager
def running_stack(
    folder: Path,
    *,
    services: Sequence[Service] = PYTHON_SERVICES,
    provider: ScriptedOpenAI | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Stack]:
    """A stack for as long as the block lasts. Services that are not named have an address but do not run."""
    stack = Stack(folder, services=services, provider=provider, settings=settings)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def metric(text: str, name: str, **labels: str) -> float:
    """The sum of a Prometheus figure over all its label sets that have these labels."""
    total = 0.0
    for found in re.finditer(rf"^{name}(?:\{{(?P<labels>.*)\}})? (?P<value>\S+)$", text, re.MULTILINE):
        if all(f'{label}="{value}"' in (found["labels"] or "") for label, value in labels.items()):
            total += float(found["value"])
    return total
