"""A log of ours for an application of the `eventsourcing` library: `PERSISTENCE_MODULE=events._factory`."""

from uuid import UUID

from eventsourcing.persistence import InfrastructureFactory, InfrastructureFactoryError
from eventsourcing.utils import Environment, EnvType, resolve_topic

from events._recorder import LogAggregateRecorder, LogApplicationRecorder, LogProcessRecorder, LogTrackingRecorder
from repos.postgres_repo import Postgres

ID_TYPES: dict[str, type[UUID] | type[str]] = {"text": str, "uuid": UUID}


class LogFactory(InfrastructureFactory[LogTrackingRecorder]):
    """Takes `POSTGRES_URL`, `PROJECT_ID` and, for aggregates whose ids are UUIDs, `ORIGINATOR_ID_TYPE=uuid`.

    Project ids below zero are for applications of the library: no project of ours ever has one.
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        id_type = self.env.get("ORIGINATOR_ID_TYPE", "text")
        if id_type not in ID_TYPES:
            raise InfrastructureFactoryError(f"ORIGINATOR_ID_TYPE is {id_type}; it may be text or uuid.")
        project_id = self._setting("PROJECT_ID")
        try:
            self._log = int(project_id), ID_TYPES[id_type]
        except ValueError:
            raise InfrastructureFactoryError(f"PROJECT_ID is {project_id}; it must be a number.") from None
        self._postgres = Postgres(self._setting("POSTGRES_URL"))

    def close(self) -> None:
        self._postgres.close()

    def aggregate_recorder(self, purpose: str = "events") -> LogAggregateRecorder:
        return LogAggregateRecorder(self._postgres, *self._log, purpose=purpose)

    def application_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self._postgres, *self._log)

    def tracking_recorder(
        self, tracking_recorder_class: type[LogTrackingRecorder] | None = None
    ) -> LogTrackingRecorder:
        topic = self.env.get(self.TRACKING_RECORDER_TOPIC)
        recorder_class = tracking_recorder_class or (resolve_topic(topic) if topic else LogTrackingRecorder)
        return recorder_class(self._postgres, *self._log)

    def process_recorder(self) -> LogProcessRecorder:
        return LogProcessRecorder(self._postgres, *self._log)

    def _setting(self, name: str) -> str:
        value = self.env.get(name)
        if value is None:
            raise InfrastructureFactoryError(f"{name} is not set.")
        return value
