"""The command line for administrators of auth-service: `python -m auth_server.commands --help` names the commands.

Works on the database of the settings, whether or not the service runs; only `move-database` needs it stopped. Exit code
0: done; 1: refused, with a sentence on standard error; 2: wrong usage.
"""

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from pydantic import ValidationError
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.errors import ServiceError
from service_kit.migrations import upgrade_to_head
from service_kit.moves import command as move
from service_kit.moves.tables import MovedTables
from service_kit.settings import sentence_of
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from auth_server.audit.chain import ChainSigner
from auth_server.audit.schemas import OPERATOR
from auth_server.audit.service import Auditor
from auth_server.audit.verification import verify_chain
from auth_server.db.every_table import metadata
from auth_server.factors.administration import FactorAdministration
from auth_server.passwords.hashing import PasswordHasher
from auth_server.roles.schemas import ADMIN, USER
from auth_server.rules import factor_rules, session_rules
from auth_server.settings import AuthSettings
from auth_server.users.administration import UserAdministration
from auth_server.users.directory import UserDirectory
from auth_server.users.names import check_email, check_username
from auth_server.users.registration import require_good_password
from auth_server.users.schemas import NewUser, UserOut

AskPassword = Callable[[], str]


class CommandRefused(Exception):
    """The command cannot be done; its text is the sentence to show."""


async def create_admin(settings: AuthSettings, username: str, email: str, ask_password: AskPassword) -> str:
    """Makes the user an admin, creating them when absent; an existing user keeps their password alone.

    Second factors that they have are reset, and then their sessions end: the way back in for an admin who lost them.
    Returns: the sentence to show. Raises: CommandRefused, ValueError, ServiceError.
    """
    auditor = Auditor(ChainSigner(settings.auth_secret_key.get_secret_value()), OPERATOR)
    async with _open_database(settings) as database:
        promoted = await database.write(lambda session: _promote(session, settings, auditor, username))
        if promoted is not None:
            return promoted
        username, email = check_username(username), check_email(email)
        password = ask_password()
        require_good_password(password, username=username, email=email, field="password")
        hasher = PasswordHasher(rounds=settings.bcrypt_rounds, threads=1, queue_length=0)
        new = NewUser(username, email, None, await hasher.hash(password), (ADMIN, USER))
        hasher.close()
        created = await database.write(lambda session: UserAdministration(session, auditor).create(new))
        return f"Created the administrator {created.username} ({created.email})."


def _promote(session: Session, settings: AuthSettings, auditor: Auditor, username: str) -> str | None:
    """The sentence to show; None when there is no such user."""
    promoted = UserAdministration(session, auditor).promote(username)
    if promoted is None:
        return None
    sentence = f"{promoted.username} is an administrator now. The password stays as it was."
    rules = factor_rules(settings, session_rules(settings, utc_now))
    if not FactorAdministration(session, rules, auditor).recover(promoted.username):
        return sentence
    return f"{sentence} The second factors were reset, and every session has ended."


async def verify_audit(settings: AuthSettings) -> str:
    """Walks the audit trail. Returns: the sentence to show when it holds. Raises: CommandRefused when it does not."""
    signer = ChainSigner(settings.auth_secret_key.get_secret_value())
    async with _open_database(settings) as database:
        verdict = await database.read(lambda session: verify_chain(session, signer))
    if verdict.fault is not None:
        raise CommandRefused(f"The audit trail does not hold: {verdict.fault}. {verdict.entries} entries before hold.")
    return f"The audit trail holds: {verdict.entries} entries, none changed, missing or moved."


async def list_admins(settings: AuthSettings) -> str:
    """One line for each admin, or a sentence that there is none."""
    async with _open_database(settings) as database:
        admins = await database.read(lambda session: UserDirectory(session).admins())
    if not admins:
        return "There is no administrator yet. The first start of auth-service, or create-admin, makes one."
    return "\n".join(_line(admin) for admin in admins)


def _line(admin: UserOut) -> str:
    state = "active" if admin.is_active else "deactivated"
    last_login = f"{admin.last_login_at:%Y-%m-%d %H:%M} UTC" if admin.last_login_at else "never"
    return f"{admin.username:<24} {admin.email:<32} {state:<12} last sign-in: {last_login}"


@asynccontextmanager
async def _open_database(settings: AuthSettings) -> AsyncIterator[Database]:
    await asyncio.to_thread(upgrade_to_head, settings.service_folder, settings.resolved_database_url)
    database = Database(settings.resolved_database_url, threads=1, sqlite_synchronous=settings.sqlite_synchronous)
    try:
        yield database
    finally:
        await database.close()


def password_from_environment_or_prompt() -> str:
    """ADMIN_PASSWORD of the process environment, or what is typed twice. Raises CommandRefused."""
    if password := os.environ.get("ADMIN_PASSWORD"):
        return password
    if not sys.stdin.isatty():
        raise CommandRefused("Set ADMIN_PASSWORD: there is no terminal to ask for the password on.")
    password = getpass.getpass("Password of the administrator: ")
    if getpass.getpass("Once more: ") != password:
        raise CommandRefused("The two passwords differ. Nothing was changed.")
    return password


def main(
    arguments: Sequence[str] | None = None, ask_password: AskPassword = password_from_environment_or_prompt
) -> int:
    """Runs the command; the answer is the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = AuthSettings()
        if options.command == move.NAME:
            tables = MovedTables(settings.service_name, settings.service_folder, metadata)
            return move.run_move(options, tables, settings.resolved_database_url)
        if options.command == "create-admin":
            answer = asyncio.run(create_admin(settings, options.username, options.email, ask_password))
        elif options.command == "verify-audit":
            answer = asyncio.run(verify_audit(settings))
        else:
            answer = asyncio.run(list_admins(settings))
    except (CommandRefused, ServiceError, ValidationError, ValueError, DBAPIError) as error:
        sys.stderr.write(f"{_sentence(error)}\n")
        return 1
    sys.stdout.write(f"{answer}\n")
    return 0


def _sentence(error: Exception) -> str:
    if isinstance(error, ServiceError):
        return error.detail
    if isinstance(error, ValidationError):
        return sentence_of(error)
    if isinstance(error, DBAPIError):
        return "The database cannot be reached. Check DATABASE_URL and that the database runs."
    return f"{str(error).rstrip('.')}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m auth_server.commands", description="Administers auth-service.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    creating = commands.add_parser("create-admin", help="create an admin, or make a user one; resets second factors")
    creating.add_argument("--username", required=True)
    creating.add_argument("--email", required=True)
    commands.add_parser("list-admins", help="list the admins")
    commands.add_parser("verify-audit", help="find out whether the audit trail was tampered with")
    move.add_move(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
