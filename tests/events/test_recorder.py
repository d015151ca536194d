"""The log behind the `eventsourcing` library: the library's own test cases, and what they leave out.

All of its cases for recorders and for the factory run here, the optional one for subscriptions included, with text ids
and with UUIDs. `AggregateRecorderTestCase` expects no positions, so it runs on the recorder of snapshots; the streams
of the log are covered by `ApplicationRecorderTestCase`. Not run: `TranscoderTestCase`, which is about the library's
JSON and has no recorder in it.
"""

import threading
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    DataError,
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.tests import persistence as cases
from eventsourcing.utils import Environment

from events._event import Envelope, Fact
from events._factory import LogFactory
from events._recorder import LogAggregateRecorder, LogApplicationRecorder, LogProcessRecorder, LogTrackingRecorder
from events._store import Append, EventStore
from events.project_events import ProjectCreated, ProjectRetitled
from repos.postgres_repo import Postgres

LOG = -1


class _OnPostgres:
    postgres: Postgres
    url: str

    @pytest.fixture(autouse=True)
    def _database(self, postgres: Postgres, database_url: str) -> None:
        self.postgres, self.url = postgres, database_url


class TestAggregateRecorder(_OnPostgres, cases.AggregateRecorderTestCase):
    def create_recorder(self) -> LogAggregateRecorder:
        return LogAggregateRecorder(self.postgres, LOG)


class TestApplicationRecorder(_OnPostgres, cases.ApplicationRecorderTestCase[LogApplicationRecorder]):
    def new_originator_id(self) -> str:
        return f"interview-{uuid4()}"

    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.postgres, LOG)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestApplicationRecorderWithUuids(_OnPostgres, cases.ApplicationRecorderTestCase[LogApplicationRecorder]):
    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.postgres, LOG, UUID)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestTrackingRecorder(_OnPostgres, cases.TrackingRecorderTestCase):
    def create_recorder(self) -> LogTrackingRecorder:
        return LogTrackingRecorder(self.postgres, LOG)


class TestProcessRecorder(_OnPostgres, cases.ProcessRecorderTestCase):
    def create_recorder(self) -> LogProcessRecorder:
        return LogProcessRecorder(self.postgres, LOG, UUID)


class TestNonInterleaving(_OnPostgres, cases.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.postgres, LOG, UUID)


class CountedTracking(LogTrackingRecorder):
    """A projection of somebody else's."""


class TestFactory(_OnPostgres, cases.InfrastructureFactoryTestCase[LogFactory]):
    def setUp(self) -> None:
        self.env = Environment(env=settings(self.url))
        super().setUp()

    def expected_factory_class(self) -> type[LogFactory]:
        return LogFactory

    def expected_aggregate_recorder_class(self) -> type[LogAggregateRecorder]:
        return LogAggregateRecorder

    def expected_application_recorder_class(self) -> type[LogApplicationRecorder]:
        return LogApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return LogTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return CountedTracking

    def expected_process_recorder_class(self) -> type[LogProcessRecorder]:
        return LogProcessRecorder


def settings(url: str, **more: str) -> dict[str, str]:
    return {"PERSISTENCE_MODULE": "events._factory", "POSTGRES_URL": url, "PROJECT_ID": str(LOG), **more}


def stored(stream_id: str, version: int, topic: str = "topic", state: bytes = b"state") -> StoredEvent:
    return StoredEvent(stream_id, version, topic, state)


@pytest.fixture
def recorder(postgres: Postgres) -> LogApplicationRecorder:
    return LogApplicationRecorder(postgres, LOG)


@pytest.mark.parametrize("n", [1_000, 1_001, 5_000, 20_000])
@pytest.mark.parametrize("streams", [1, 100])
def test_thousands_of_events_go_in_by_one_call(recorder: LogApplicationRecorder, n: int, streams: int) -> None:
    events = [stored(f"interview-{i % streams}", i // streams) for i in range(n)]
    assert recorder.insert_events(events) == list(range(1, n + 1))
    assert recorder.max_notification_id() == n
    found = recorder.select_notifications(None, n + 1)
    assert [(one.originator_id, one.originator_version) for one in found] == [
        (one.originator_id, one.originator_version) for one in events
    ]


@pytest.mark.parametrize("n", [1, 1_001])
def test_a_state_may_be_any_bytes(recorder: LogApplicationRecorder, n: int) -> None:
    state = bytes(range(256))
    recorder.insert_events([stored("interview-1", version, state=state) for version in range(n)])
    assert {one.state for one in recorder.select_events("interview-1")} == {state}
    assert {one.state for one in recorder.select_notifications(1, n)} == {state}


def test_versions_in_a_call_follow_each_other(recorder: LogApplicationRecorder) -> None:
    with pytest.raises(IntegrityError):
        recorder.insert_events([stored("interview-1", 1), stored("interview-1", 3)])
    assert recorder.max_notification_id() is None


@pytest.mark.parametrize("n", [1, 1_001])
def test_a_version_beyond_all_measure_is_an_error_of_the_library(recorder: LogApplicationRecorder, n: int) -> None:
    with pytest.raises(DataError):
        recorder.insert_events([stored("interview-1", 2**40 + version) for version in range(n)])


def test_logs_do_not_see_each_other(postgres: Postgres) -> None:
    one, other = LogApplicationRecorder(postgres, -1), LogApplicationRecorder(postgres, -2)
    assert one.insert_events([stored("interview-1", 1)]) == [1]
    assert other.insert_events([stored("interview-1", 1)]) == [1]
    assert len(one.select_notifications(None, 10)) == 1
    LogTrackingRecorder(postgres, -1).insert_tracking(Tracking("upstream", 7))
    assert LogTrackingRecorder(postgres, -2).max_tracking_id("upstream") is None
    snapshots = LogAggregateRecorder(postgres, -1, purpose="snapshots")
    snapshots.insert_events([stored("interview-1", 1)])
    assert LogAggregateRecorder(postgres, -2, purpose="snapshots").select_events("interview-1") == []
    assert LogAggregateRecorder(postgres, -1, purpose="others").select_events("interview-1") == []


def test_the_log_of_a_project_is_read_but_appended_to_by_commands_alone(postgres: Postgres) -> None:
    store = EventStore(postgres)
    letters = [Fact("project-7", ProjectCreated(title="Letters", description=""))]
    with postgres.transaction() as connection:
        store.begin(connection, 7)
        store.append(connection, Append(7, letters, Envelope(10_000, "r-1")))
    recorder = LogApplicationRecorder(postgres, 7)
    (created,) = recorder.select_notifications(None, 10)
    assert (created.originator_id, created.topic, created.id) == ("project-7", "project.created", 1)
    assert created.state == b'{"title":"Letters","description":""}'
    with pytest.raises(ProgrammingError):
        recorder.insert_events([stored("project-7", 2)])
    assert recorder.max_notification_id() == 1


def test_a_subscription_follows_what_commands_append(postgres: Postgres) -> None:
    store = EventStore(postgres)

    def append(version: int, event: ProjectCreated | ProjectRetitled) -> None:
        with postgres.connection() as connection:
            command = Append(7, [Fact("project-7", event)], Envelope(10_000, "r-1"), {"project-7": version})
            store.append(connection, command)

    with postgres.connection() as connection:
        store.begin(connection, 7)
    append(0, ProjectCreated(title="Letters", description=""))
    with LogApplicationRecorder(postgres, 7).subscribe(topics=["project.retitled"]) as subscription:
        writer = threading.Thread(target=append, args=(1, ProjectRetitled(title="Diaries", was="Letters")))
        writer.start()
        assert next(subscription).id == 2
        writer.join()


def test_a_subscription_survives_a_lost_connection(postgres: Postgres, database_url: str) -> None:
    recorder = LogApplicationRecorder(postgres, LOG)
    recorder.insert_events([stored("interview-1", 1)])
    with recorder.subscribe() as subscription:
        assert next(subscription).id == 1
        with psycopg.connect(database_url, autocommit=True) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        another = Postgres(database_url)
        LogApplicationRecorder(another, LOG).insert_events([stored("interview-1", 2)])
        another.close()
        assert next(subscription).id == 2


class Interview(Aggregate):
    """An aggregate in the library's own style."""

    @event("Begun")
    def __init__(self, title: str) -> None:
        self.title = title

    @event("Retitled")
    def retitle(self, title: str) -> None:
        self.title = title


def test_an_application_of_the_library_keeps_its_aggregates_and_snapshots_here(database_url: str) -> None:
    env = settings(database_url, ORIGINATOR_ID_TYPE="uuid", IS_SNAPSHOTTING_ENABLED="y")
    interviews: Application[UUID] = Application(env)
    interview = Interview("Ada")
    interviews.save(interview)
    interview.retitle("Ada Lovelace")
    (recording,) = interviews.save(interview)
    assert recording.notification.id == 2
    interviews.take_snapshot(interview.id)
    again: Interview = interviews.repository.get(interview.id)
    assert (again.title, again.version) == ("Ada Lovelace", 2)
    assert [one.id for one in interviews.notification_log.select(start=1, limit=10)] == [1, 2]
    interviews.close()


@pytest.mark.parametrize(
    "wrong", [{"PROJECT_ID": "letters"}, {"ORIGINATOR_ID_TYPE": "int"}, {"POSTGRES_URL": None}, {"PROJECT_ID": None}]
)
def test_a_factory_without_its_settings_says_which(database_url: str, wrong: dict[str, str | None]) -> None:
    env = {name: value for name, value in {**settings(database_url), **wrong}.items() if value is not None}
    with pytest.raises(InfrastructureFactoryError, match=next(iter(wrong))):
        InfrastructureFactory.construct(env)


def test_errors_of_the_database_are_the_librarys(postgres: Postgres) -> None:
    recorder = LogApplicationRecorder(postgres, LOG)
    with pytest.raises(DataError):
        recorder.insert_events([stored("nul \0 character", 1)])
    with postgres.connection() as connection:
        connection.execute("ALTER TABLE log.project_heads RENAME TO heads")
    with pytest.raises(ProgrammingError):
        recorder.max_notification_id()
    postgres.close()
    with pytest.raises(OperationalError):
        recorder.max_notification_id()
