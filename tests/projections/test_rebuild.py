"""Another version is made beside the one that serves, and takes its place without anybody noticing."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from psycopg.errors import UndefinedTable

from api._read_models import ReadModels
from configs.schema import load
from events._event import Fact
from events._integrity import Difference
from events.folder_events import FolderCreated
from events.project_events import ProjectCreated, ProjectDeleted
from events.source_document_events import SourceDocumentUploaded
from projections import _registry as registry
from projections._behind_verify import refusals
from projections._checkpoint import begin, claim
from projections._dead_letter import dead_letters, drop, park
from projections._follow import Follower
from projections._model import Backend
from projections._rebuild import (
    Differs,
    NotBroughtForward,
    NotBuilding,
    abandon,
    finish,
    let_serve,
    request,
    resume,
    retire,
)
from projections._registry import AlreadyBuilding, NotKept, Version
from projections.code_orm import CodeORM
from repos._unavailable import Unavailable
from repos.blob_repo import BlobRepo
from repos.postgres_repo import Postgres
from tests.cli._server import wait_for
from tests.projections.library import Library, deleted, renamed
from tests.projections.shelf import Shelf
from tests.projections.test_code import created


def done(library: Library, version: Version) -> bool:
    def found(version: Version):  # type: ignore[no-untyped-def]
        return refusals(library.postgres, library.shelves.target(version), Backend.POSTGRES)

    return finish(library.postgres, library.shelves, version, found)


def test_a_version_serves_once_it_has_caught_up(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 36)))
    library.catch_up()
    version = request(library.postgres, library.shelves, "shelf", None)
    follower = library.followed(version)
    follower.step()
    assert not done(library, version)
    library.record(1, Fact("code-1", renamed("Joy")))
    library.catch_up(follower)
    assert done(library, version)
    assert library.serving.place == version.place
    assert (1, 36, "Joy") in library.names()
    assert library.differences() == []


def test_a_version_that_differs_does_not_serve(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    before = library.serving
    version = request(library.postgres, library.shelves, "shelf", None)
    library.catch_up(library.followed(version))
    with library.postgres.connection() as connection:
        connection.execute(f"UPDATE {version.place.name}.entry SET name = 'Grief'")
    with pytest.raises(Differs, match="something else of 1"):
        done(library, version)
    assert library.serving == before
    with library.postgres.connection() as connection:
        assert "something else of 1" in str(registry.versions(connection)[1].error)


def test_a_version_that_can_follow_no_longer_differs_all_the_same(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    version = request(library.postgres, library.shelves, "shelf", None)
    library.catch_up(library.followed(version))
    with library.postgres.connection() as connection:
        connection.execute(f"DELETE FROM {version.place.name}.entry")
        registry.note(connection, version.place, "following", "Waits and tries again: The shelf")
        with pytest.raises(Differs):
            done(library, version)
        assert registry.versions(connection)[1].error == "Waits and tries again: The shelf"


def test_what_keeps_a_version_from_serving_is_said_until_nothing_does(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    place = request(library.postgres, library.shelves, "shelf", None).place

    def told(*found: Difference, away: Exception | None = None) -> str | None:
        """What the version says once it has been compared, or could not be."""

        def differences(version: Version) -> Iterator[Difference]:
            if away is not None:
                raise away
            # It falls behind meanwhile, and so does not serve whatever is found.
            library.record(1, Fact("code-1", renamed("Joy")))
            library.catch_up()
            yield from found

        with library.postgres.connection() as connection:
            (version,) = [one for one in registry.versions(connection) if one.place == place]
            library.catch_up(library.followed(version))
            assert not let_serve(library.postgres, library.shelves, version, differences)
            (version,) = [one for one in registry.versions(connection) if one.place == place]
        return version.error

    unlike = Difference(1, "entry_missing", place.name, "1")
    assert told(unlike) == f"It follows the log, but differs from it, and so it does not serve yet. {unlike}"
    cannot = "It follows the log, but cannot serve yet: "
    assert told(away=Unavailable("The shelf")) == f"{cannot}The shelf"
    assert told(away=ValueError("bang")) == f"{cannot}bang"
    assert told() is None


def losing(library: Library) -> tuple[registry.Version, Shelf]:
    """A version that has caught up, on a shelf on which the second of three codes is not found."""
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    version = request(library.postgres, library.shelves, "shelf", None)
    library.catch_up(library.followed(version))
    shelf = library.shelves.shelf(version)
    shelf.lost = {2}
    shelf.written.clear()
    return version, shelf


def test_what_readers_of_a_version_would_not_find_is_put_there_again_before_it_serves(library: Library) -> None:
    version, shelf = losing(library)
    assert done(library, version)
    assert shelf.written == [2]
    assert library.serving.place == version.place


def test_a_version_in_which_something_else_is_wrong_too_does_not_serve(library: Library) -> None:
    version, shelf = losing(library)
    with library.postgres.connection() as connection:
        connection.execute(f"UPDATE {version.place.name}.entry SET name = 'Grief' WHERE id = 1")
    with pytest.raises(Differs):
        done(library, version)
    assert shelf.written == []


def with_parked(library: Library, *, unreadable: bool = False) -> Version:
    """A version that has caught up, but for one code that the version that serves had no trouble with."""
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    library.catch_up()
    version = request(library.postgres, library.shelves, "shelf", None)
    shelf = library.shelves.shelf(version)
    (shelf.unreadable if unreadable else shelf.refused).add("Code 2")
    library.catch_up(library.followed(version))
    assert library.parked() == [("code-2", 2, 0)]
    return version


def test_what_is_parked_because_its_source_is_lost_does_not_keep_a_version_from_serving(library: Library) -> None:
    version = with_parked(library, unreadable=True)
    assert done(library, version)
    assert library.serving.place == version.place
    assert library.parked() == [("code-2", 2, 0)]
    assert library.differences() == ["stream_parked code-2"]


def test_what_both_versions_have_parked_does_not_keep_one_from_serving(library: Library) -> None:
    version = with_parked(library)
    with library.postgres.connection() as connection:
        park(connection, library.serving.place, 1, "code-2", 2, "unloved")
    assert done(library, version)


def test_what_is_parked_and_was_deleted_does_not_keep_a_version_from_serving(library: Library) -> None:
    version = with_parked(library)
    library.record(1, Fact("code-2", deleted("Code 2")))
    for follower in (library.follower, library.followed(version)):
        library.catch_up(follower)
    assert library.parked() == []
    with library.postgres.connection() as connection:
        park(connection, version.place, 1, "code-2", 2, "as it was done of old")
    assert done(library, version)


def test_what_only_a_new_version_has_parked_keeps_it_from_serving_until_it_is_retold(library: Library) -> None:
    version = with_parked(library)
    with pytest.raises(Differs):
        done(library, version)
    with library.postgres.connection() as connection:
        told = str(registry.versions(connection)[1].error)
        (letter,) = dead_letters(connection)
    assert "could not take code-2" in told
    assert "`palimpsest dead retry`" in told
    with library.postgres.connection() as connection:
        registry.rest(connection, version.place, 3_600)
        assert registry.versions(connection)[1].rests_until
    library.shelves.shelf(version).refused.clear()
    assert library.followed(version).retry(letter) is None
    with library.postgres.connection() as connection:
        assert not registry.versions(connection)[1].rests_until
    assert done(library, version)


def test_a_version_of_which_nothing_is_parked_any_longer_is_compared_again(library: Library) -> None:
    version = with_parked(library)
    with library.postgres.connection() as connection:
        registry.rest(connection, version.place, 3_600)
        drop(connection, dead_letters(connection))
        assert registry.versions(connection)[1].rests_until is None
    with pytest.raises(Differs, match="does not have 2"):
        done(library, version)


def test_a_version_that_serves_may_have_something_parked_and_something_unfound(library: Library) -> None:
    version = with_parked(library, unreadable=True)
    library.shelves.shelf(version).lost = {1}
    library.shelves.shelf(version).losing = iter(())
    assert done(library, version)
    assert library.parked() == [("code-2", 2, 0)]


def test_only_one_version_is_built_at_a_time(library: Library) -> None:
    request(library.postgres, library.shelves, "shelf", None)
    with pytest.raises(AlreadyBuilding):
        request(library.postgres, library.shelves, "shelf", None)
    abandon(library.postgres, library.shelves, "shelf")
    with pytest.raises(NotBuilding):
        abandon(library.postgres, library.shelves, "shelf")
    request(library.postgres, library.shelves, "shelf", None)


def test_who_parks_a_stream_of_a_version_that_is_given_up_does_not_lock_anybody_out(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    version = request(library.postgres, library.shelves, "shelf", None)
    giving_up = Thread(target=abandon, args=(library.postgres, library.shelves, "shelf"))
    with library.postgres.connection() as connection:
        begin(connection, version.place, [1])
        with connection.transaction():
            claim(connection, version.place, 1)
            giving_up.start()
            wait_for(lambda: waiting(library.postgres))
            park(connection, version.place, 1, "code-1", 1, "It is too heavy.")
        giving_up.join(30)
        assert not giving_up.is_alive()
        assert version.place not in [one.place for one in registry.versions(connection)]


def waiting(postgres: Postgres) -> int:
    """How many wait for a lock."""
    with postgres.connection() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return int(row[0]) if row else 0


def test_the_old_version_is_kept_until_it_is_retired(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    library.catch_up()
    before = library.serving
    version = request(library.postgres, library.shelves, "shelf", None)
    library.catch_up(library.followed(version))
    assert done(library, version)
    assert library.names(before.place) == [(1, 1, "Joy")]
    assert [one.place for one in retire(library.postgres, library.shelves, "shelf")] == [before.place]
    with pytest.raises(NotKept):
        retire(library.postgres, library.shelves, "shelf")


def succeeded(library: Library) -> tuple[Version, Version]:
    """The version that served, and the one that has taken its place."""
    library.catch_up()
    before = library.serving
    version = request(library.postgres, library.shelves, "shelf", None)
    library.catch_up(library.followed(version))
    assert done(library, version)
    return before, version


def test_the_old_version_is_told_what_has_happened_since_and_serves_again(library: Library) -> None:
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 4)))
    library.record(2, Fact("code-9", created("Of another project")))
    before, after = succeeded(library)
    library.record(1, Fact("code-1", renamed("Joy")), Fact("code-2", deleted("Code 2")), Fact("code-4", created("New")))
    library.record(2, Fact("project-2", ProjectDeleted(title="Letters")))
    library.catch_up(library.followed(after))
    shelf = library.shelves.shelf(before)
    shelf.written.clear()
    assert resume(library.postgres, library.shelves, "shelf", None).place == before.place
    assert not done(library, before)
    library.catch_up(library.followed(before))
    assert shelf.written == [4, 6]
    assert done(library, before)
    assert library.serving.place == before.place
    assert [(id, name) for id, _, name in library.names()] == [(1, "Joy"), (3, "Code 3"), (4, "New")]
    assert library.differences() == []
    assert resume(library.postgres, library.shelves, "shelf", Backend.POSTGRES).place == after.place
    assert done(library, after)
    assert library.serving.place == after.place


def test_of_several_old_versions_the_last_that_served_does_so_again(library: Library) -> None:
    first, second = succeeded(library)
    assert resume(library.postgres, library.shelves, "shelf", None).place == first.place
    assert done(library, first)
    succeeded(library)
    assert second.place.version > first.place.version
    assert resume(library.postgres, library.shelves, "shelf", None).place == first.place


def test_an_old_version_that_is_not_to_serve_again_after_all_is_kept(library: Library) -> None:
    library.record(1, Fact("code-1", created("Joy")))
    before, after = succeeded(library)
    resume(library.postgres, library.shelves, "shelf", None)
    assert [one.place for one in abandon(library.postgres, library.shelves, "shelf")] == [before.place]
    assert library.names(before.place) == [(1, 1, "Joy")]
    assert library.serving.place == after.place
    assert resume(library.postgres, library.shelves, "shelf", None).place == before.place
    assert done(library, before)


def test_no_number_is_given_twice(library: Library) -> None:
    before, after = succeeded(library)
    resume(library.postgres, library.shelves, "shelf", None)
    assert done(library, before)
    retire(library.postgres, library.shelves, "shelf")
    assert request(library.postgres, library.shelves, "shelf", None).place.version == after.place.version + 1
    abandon(library.postgres, library.shelves, "shelf")
    assert request(library.postgres, library.shelves, "shelf", None).place.version == after.place.version + 2


def test_an_old_version_stays_kept_where_it_cannot_go_on(library: Library) -> None:
    def resumed(backend: Backend | None = None) -> Version:
        return resume(library.postgres, library.shelves, "shelf", backend)

    with pytest.raises(NotKept):
        resumed()
    before, _ = succeeded(library)
    with pytest.raises(NotKept, match="shelf in weaviate"):
        resumed(Backend.WEAVIATE)
    shelf = library.shelves.shelf(before)
    shelf.away = Unavailable("The shelf is away")
    with pytest.raises(Unavailable, match="away"):
        resumed()
    shelf.away = None
    request(library.postgres, library.shelves, "shelf", None)
    shelf.away = Unavailable("The shelf is away")
    with pytest.raises(AlreadyBuilding):
        resumed()
    shelf.away = None
    with library.postgres.connection() as connection:
        assert [one.state for one in registry.versions(connection)] == ["kept", "serving", "building"]
    abandon(library.postgres, library.shelves, "shelf")
    assert resumed().place == before.place


def test_tables_that_served_before_are_not_brought_forward(library: Library, tmp_path: Path) -> None:
    read_models = ReadModels(load("test", [], {}), library.postgres, BlobRepo(tmp_path))
    with pytest.raises(NotBroughtForward):
        resume(library.postgres, read_models, "inline", None)


def test_what_kept_the_old_version_from_following_is_said_no_longer_once_it_is_kept(library: Library) -> None:
    before = library.serving
    version = request(library.postgres, library.shelves, "shelf", None)
    with library.postgres.connection() as connection:
        registry.note(connection, before.place, "following", "Waits and tries again: The shelf")
        assert done(library, version)
        assert [one.error for one in registry.versions(connection)] == [None, None]
        # Who still waits has not heard of the switch.
        registry.note(connection, before.place, "following", "Waits and tries again: The shelf")
        assert [one.error for one in registry.versions(connection)] == [None, None]


def test_the_inline_tables_are_switched_as_one_set_while_others_write(library: Library, tmp_path: Path) -> None:
    read_models = ReadModels(load("test", [], {}), library.postgres, BlobRepo(tmp_path))
    read_models.ensure()
    library.record(1, Fact("project-1", ProjectCreated(title="Letters", description="")))
    library.record(1, *(Fact(f"code-{i}", created(f"Code {i}")) for i in range(1, 201)))
    version = request(library.postgres, read_models, "inline", None)
    follower = Follower(library.postgres, read_models.model("inline"), read_models.target(version))
    stop = Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            library.record(1, Fact("code-1", renamed(f"Joy {len(written)}")))
            written.append(len(written))

    writer = Thread(target=write)
    writer.start()
    try:
        while follower.step().projects > 0 and len(written) < 50:
            pass
        while not finish(library.postgres, read_models, version, read_models.differences):
            follower.step()
    finally:
        stop.set()
        writer.join()
    with library.postgres.session() as db:
        names = {row.name for row in db.query(CodeORM)}
    assert f"Joy {written[-1]}" in names
    assert len(names) == 200
    with library.postgres.connection() as connection:
        serving = registry.serving(connection, "inline")
    assert serving.place.version == 2
    assert list(read_models.differences(serving)) == []
    library.record(1, Fact("code-500", created("After")))
    retire(library.postgres, read_models, "inline")
    assert list(read_models.differences(serving)) == []


def test_a_lost_file_does_not_keep_new_inline_tables_from_serving(library: Library, tmp_path: Path) -> None:
    read_models = ReadModels(load("test", [], {}), library.postgres, BlobRepo(tmp_path))
    read_models.ensure()
    uploaded = SourceDocumentUploaded(
        filename="a.txt",
        name_key="a.txt",
        name="a.txt",
        doctype="text",
        folder_id=1,
        source_sha256="0" * 64,
        source_length=1,
        media_type="text/plain",
    )
    folder = FolderCreated(name="texts", name_key="texts", folder_type="normal", parent_id=None)
    library.record(1, Fact("project-1", ProjectCreated(title="Letters", description="")), Fact("folder-1", folder))
    library.record(1, Fact("sdoc-1", uploaded))
    version = request(library.postgres, read_models, "inline", None)
    library.catch_up(Follower(library.postgres, read_models.model("inline"), read_models.target(version)))
    assert finish(library.postgres, read_models, version, read_models.differences)
    with library.postgres.connection() as connection:
        serving = registry.serving(connection, "inline")
    assert [one.kind for one in read_models.differences(serving)] == ["blob_missing"]


def test_inline_tables_that_another_worker_is_still_writing_do_not_serve(library: Library, tmp_path: Path) -> None:
    read_models = ReadModels(load("test", [], {}), library.postgres, BlobRepo(tmp_path))
    read_models.ensure()
    library.record(1, Fact("project-1", ProjectCreated(title="Letters", description="")))
    version = request(library.postgres, read_models, "inline", None)
    library.catch_up(Follower(library.postgres, read_models.model("inline"), read_models.target(version)))
    with library.postgres.transaction() as connection:

        def found(version: Version) -> Iterator[Difference]:
            """While it is compared somebody goes on writing, and the other worker begins with that."""
            library.record(1, Fact("code-1", created("Joy")))
            assert claim(connection, version.place, 1)
            yield from ()

        assert not finish(library.postgres, read_models, version, found)
    while not finish(library.postgres, read_models, version, read_models.differences):
        library.catch_up(Follower(library.postgres, read_models.model("inline"), read_models.target(version)))
    with library.postgres.session() as db:
        assert [row.name for row in db.query(CodeORM)] == ["Joy"]


def test_a_worker_that_has_not_heard_of_the_switch_does_no_harm(library: Library, tmp_path: Path) -> None:
    read_models = ReadModels(load("test", [], {}), library.postgres, BlobRepo(tmp_path))
    read_models.ensure()
    library.record(1, Fact("project-1", ProjectCreated(title="Letters", description="")))
    version = request(library.postgres, read_models, "inline", None)
    follower = Follower(library.postgres, read_models.model("inline"), read_models.target(version))
    library.catch_up(follower)
    assert finish(library.postgres, read_models, version, read_models.differences)
    library.record(1, Fact("code-1", created("Joy")))
    with pytest.raises(UndefinedTable):
        follower.step()
    assert library.parked() == []


def test_names_that_change_hands_within_a_batch_are_no_obstacle(library: Library, tmp_path: Path) -> None:
    read_models = ReadModels(load("test", [], {}), library.postgres, BlobRepo(tmp_path))
    read_models.ensure()
    library.record(1, Fact("project-1", ProjectCreated(title="Letters", description="")))
    library.record(1, Fact("code-1", created("Joy")), Fact("code-2", created("Grief")))
    version = request(library.postgres, read_models, "inline", None)
    follower = Follower(library.postgres, read_models.model("inline"), read_models.target(version))
    library.catch_up(follower)
    read_models.target(version).complete()
    for id, name in ((1, "Neither"), (2, "Joy"), (1, "Grief")):
        library.record(1, Fact(f"code-{id}", renamed(name)))
    library.catch_up(follower)
    assert list(read_models.differences(version)) == []
