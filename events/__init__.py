"""Everything that can happen: `AnyEvent` is the whole vocabulary, and its JSON Schema the contract."""

from typing import Annotated, get_args

from pydantic import Field, TypeAdapter

from events._event import Event
from events.code_events import CodeEvent
from events.membership_events import MembershipEvent
from events.project_events import ProjectEvent

AnyEvent = Annotated[
    CodeEvent | MembershipEvent | ProjectEvent,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)

REGISTRY: dict[str, type[Event]] = {kind.model_fields["type"].default: kind for kind in get_args(get_args(AnyEvent)[0])}
