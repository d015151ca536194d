"""What may be asked of accounts."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, EmailStr, Field, SecretStr
from pydantic_core import PydanticCustomError

from commands.dto_base import DTO, Name, UpdateDTOBase, storable

MIN_PASSWORD_CHARACTERS = 8
MAX_PASSWORD_BYTES = 1_000


def _email_text(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


def _password(secret: SecretStr) -> SecretStr:
    password = storable(secret.get_secret_value())
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise PydanticCustomError("password_short", f"A password has at least {MIN_PASSWORD_CHARACTERS} characters")
    if len(password.encode()) > MAX_PASSWORD_BYTES:
        raise PydanticCustomError("password_long", f"A password has at most {MAX_PASSWORD_BYTES} bytes")
    return secret


def _presented(secret: SecretStr) -> SecretStr:
    storable(secret.get_secret_value())
    return secret


Email = Annotated[EmailStr, BeforeValidator(_email_text), Field(examples=["ada@example.org"])]
Password = Annotated[
    SecretStr,
    AfterValidator(_password),
    Field(
        examples=["correct horse battery"],
        json_schema_extra={"minLength": MIN_PASSWORD_CHARACTERS, "maxLength": MAX_PASSWORD_BYTES},
    ),
]
PresentedPassword = Annotated[SecretStr, AfterValidator(_presented)]


class UserCreate(DTO):
    creates: ClassVar[bool] = True

    email: Email = Field(description="Unique, whatever its case; the name to log in with")
    first_name: Name = Field(examples=["Ada"])
    last_name: Name = Field(examples=["Lovelace"])
    password: Password


class UserUpdate(UpdateDTOBase):
    model_config = ConfigDict(json_schema_extra={"examples": [{"first_name": "Augusta", "last_name": "King"}]})

    email: Email | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    password: Password | None = Field(default=None, description="A new one ends every session")
    old_password: PresentedPassword | None = Field(
        default=None, description="Needed for a new password and for another e-mail"
    )


class UserPasswordReset(DTO):
    """Give an account another password without knowing the old one; operators do this."""


class UserOperator(DTO):
    """Let an account see how the installation runs, or no longer."""

    is_operator: bool


class UserErase(DTO):
    """Forget the person; what they did in projects stays."""
