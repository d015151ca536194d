"""Some are in a room together, the others wait outside, and not for ever."""

import asyncio

import pytest

from systems.room_system import Room
from systems.turns_system import OutOfPatience


def test_only_so_many_are_in_it_together() -> None:
    room = Room(2, patience=30)
    inside, most = 0, 0

    async def come() -> None:
        nonlocal inside, most
        async with room.place():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    async def all_come() -> None:
        await asyncio.gather(*(come() for _ in range(8)))

    for _ in range(2):  # in an event loop each
        asyncio.run(all_come())
    assert (inside, most) == (0, 2)


def test_who_waits_too_long_gives_up_and_whoever_comes_later_finds_the_place_free() -> None:
    room = Room(1, patience=0.01)

    async def come() -> None:
        async with room.place():
            with pytest.raises(OutOfPatience):
                async with room.place():
                    pass
        with pytest.raises(ValueError, match="storm"):
            async with room.place():
                raise ValueError("storm")
        async with room.place():
            pass

    asyncio.run(come())
