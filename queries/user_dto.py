"""What people see of themselves and of each other."""

from datetime import datetime

from pydantic import Field

from queries.dto_base import Entity, ReadDTO


class PublicUserRead(ReadDTO):
    id: int
    first_name: str = Field(examples=["Ada"])
    last_name: str = Field(examples=["Lovelace"])


class KnownUserRead(PublicUserRead):
    is_erased: bool = Field(description="The account is gone; the name is the one that all such people have")


class UserRead(Entity):
    email: str = Field(examples=["ada@example.org"])
    first_name: str = Field(examples=["Ada"])
    last_name: str = Field(examples=["Lovelace"])
    is_operator: bool = Field(description="Whether they may see how the installation runs")


class UserAuthorizationHeaderData(ReadDTO):
    """A session: the access token goes into the header `Authorization: Bearer`, the other makes the next two."""

    access_token: str
    access_token_expires: datetime
    refresh_token: str
    refresh_token_expires: datetime
    token_type: str = Field(examples=["bearer"])
