"""Following a log from a position: what is there, and then what comes."""

from collections import deque
from collections.abc import Sequence
from threading import Event

from eventsourcing.persistence import ApplicationRecorder, Notification, OperationalError, Subscription

SHORTEST_PAUSE = 0.01
LONGEST_PAUSE = 0.5
BATCH = 500


class PollingSubscription(Subscription[ApplicationRecorder]):
    """Asks again after a pause that grows while nothing happens, so no signal can be missed.

    A lost connection is a longer pause. `stop` ends the iteration from any thread.
    """

    def __init__(self, recorder: ApplicationRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._position = gt or 0
        self._waiting: deque[Notification] = deque()
        self._stopped = Event()

    def stop(self) -> None:
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        pause = SHORTEST_PAUSE
        while not self._stopped.is_set():
            if self._waiting or self._fetch():
                return self._waiting.popleft()
            self._stopped.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        raise StopIteration

    def _fetch(self) -> bool:
        try:
            last = self._recorder.max_notification_id() or 0
            if last <= self._position:
                return False
            found = self._recorder.select_notifications(
                self._position, BATCH, last, self._topics, inclusive_of_start=False
            )
        except OperationalError:
            return False
        # Fewer than asked for: everything up to `last` has been looked at, other topics included.
        self._position = found[-1].id if len(found) == BATCH else last
        self._waiting.extend(found)
        return bool(found)
