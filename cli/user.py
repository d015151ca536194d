"""`palimpsest user`: accounts made and mended by those who run the installation."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from cli._settings import DataFolderOption, Environment, Overrides, PostgresUrl, choice
from repos._obstacle import Obstacle

if TYPE_CHECKING:
    from pydantic import SecretStr

    from api._services import Services
    from cli._settings import Choice
    from commands._decider import Request

app = typer.Typer(help="Make accounts, give them passwords, and say who is an operator.", no_args_is_help=True)

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail that the account logs in with.")]


class AccountRefused(Obstacle):
    """This cannot be done:"""


@app.command()
def create(
    email: EmailArgument,
    first_name: Annotated[str, typer.Option(help="As others see it.")],
    last_name: Annotated[str, typer.Option(help="As others see it.")],
    operator: Annotated[bool, typer.Option("--operator", help="May see how the installation runs.")] = False,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Make an account, even where nobody may register. The password is asked for, or read from a pipe."""
    from pydantic import ValidationError

    from commands.user_dto import UserCreate

    try:
        asked = UserCreate(email=email, first_name=first_name, last_name=last_name, password=_password())
    except ValidationError as invalid:
        error = invalid.errors(include_input=False, include_url=False)[0]
        raise AccountRefused(f"{error['loc'][0]}: {error['msg']}") from None
    with _services(choice(environment, overrides, data_folder, postgres_url)) as services:
        from api import user_service

        user_id = services.postgres.next_id("user")
        user_service.register(services, user_id, asked, _request())
        if operator:
            user_service.set_operator(services, user_id, True, _request())
    typer.echo(f"{asked.email} has the account {user_id}{' and is an operator' if operator else ''}.")


@app.command()
def set_password(
    email: EmailArgument,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Give an account another password, which ends its sessions. It is asked for, or read from a pipe."""
    from pydantic import SecretStr, TypeAdapter, ValidationError

    from commands.user_dto import Password

    try:
        password = TypeAdapter[SecretStr](Password).validate_python(_password())
    except ValidationError as invalid:
        raise AccountRefused(f"password: {invalid.errors(include_input=False)[0]['msg']}") from None
    with _services(choice(environment, overrides, data_folder, postgres_url)) as services:
        from api import user_service

        user_service.reset_password(services, _id_of(services, email), password, _request())
    typer.echo(f"{email} has a new password and is logged out everywhere.")


@app.command()
def operator(
    email: EmailArgument,
    remove: Annotated[bool, typer.Option("--remove", help="No longer.")] = False,
    data_folder: DataFolderOption = None,
    postgres_url: PostgresUrl = None,
    environment: Environment = "default",
    overrides: Overrides = None,
) -> None:
    """Make somebody an operator, who may see how the installation runs."""
    with _services(choice(environment, overrides, data_folder, postgres_url)) as services:
        from api import user_service

        user_service.set_operator(services, _id_of(services, email), not remove, _request())
    typer.echo(f"{email} is {'no longer' if remove else 'now'} an operator.")


def _password() -> "SecretStr":
    """Never an argument, because others on the machine can see those."""
    from pydantic import SecretStr

    if sys.stdin.isatty():
        return SecretStr(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return SecretStr(sys.stdin.readline().rstrip("\r\n"))


def _id_of(services: "Services", email: str) -> int:
    from commands.dto_base import name_key
    from projections.user_crud import crud_user

    with services.postgres.connection() as connection:
        found = crud_user.read_credentials_by_email(connection, name_key(email.strip()))
    if found is None:
        raise AccountRefused(f"nobody has an account with the e-mail {email}.")
    return found.user_id


def _request() -> "Request":
    from commands._decider import Request
    from events._event import Envelope
    from events.user_events import SYSTEM_USER_ID

    return Request(Envelope(SYSTEM_USER_ID, "palimpsest user"))


@contextmanager
def _services(chosen: "Choice") -> Iterator["Services"]:
    from api.main import services
    from cli._instance import opened
    from commands._refusal import Refused

    with opened(chosen.config(), begins=True) as instance:
        built = services(instance.config, instance.url, instance.data_folder)
        try:
            yield built
        except Refused as refused:
            raise AccountRefused(refused.detail) from None
        finally:
            built.close()
