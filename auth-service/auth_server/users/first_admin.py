"""The admin of a new installation, made at the first start and never touched again."""

import structlog
from service_kit.database import Database

from auth_server.audit.chain import ChainSigner
from auth_server.audit.schemas import FIRST_START
from auth_server.audit.service import Auditor
from auth_server.errors import EmailTaken, UsernameTaken
from auth_server.passwords.hashing import PasswordHasher
from auth_server.roles.schemas import ADMIN, USER
from auth_server.settings import AuthSettings
from auth_server.users.administration import UserAdministration
from auth_server.users.directory import UserDirectory
from auth_server.users.schemas import NewUser

log = structlog.get_logger(__name__)


async def create_first_admin(
    database: Database, hasher: PasswordHasher, settings: AuthSettings, signer: ChainSigner
) -> None:
    """Adds the admin that the settings name, unless there is an admin already. Two instances add one.

    The password is the operator's own choice: only production refuses the default, and that when the settings load.
    """
    if await database.read(lambda session: UserDirectory(session).admins()):
        return
    new = NewUser(
        username=settings.admin_username,
        email=settings.admin_email,
        full_name=None,
        password_hash=await hasher.hash(settings.admin_password.get_secret_value()),
        roles=(ADMIN, USER),
    )
    auditor = Auditor(signer, FIRST_START)
    try:
        admin = await database.write(lambda session: UserAdministration(session, auditor).create_first_admin(new))
    except (UsernameTaken, EmailTaken) as error:  # nobody becomes admin for having registered that name
        log.error("first_admin_not_created", reason=error.detail, remedy="python -m auth_server.commands create-admin")
        return
    if admin is not None:
        log.info("first_admin_created", username=admin.username)
