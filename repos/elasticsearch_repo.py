"""The connection to Elasticsearch: one client for all threads, loaded and made when it is first needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from configs.schema import ElasticsearchConfig
from repos._unavailable import Unavailable, passing

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch as Client

_CONNECTIONS: Final = 16
_PING_SECONDS: Final = 2
_NO_INDEX: Final = "index_not_found_exception"
_JSON: Final = "application/vnd.elasticsearch+json"


class Elasticsearch:
    """The cluster at the configured address; `prefix` begins the names of all indices that are ours.

    `patience` is how many seconds somebody has who waits for a page, if not even less is configured.
    """

    def __init__(self, config: ElasticsearchConfig, *, patience: float = 8.0) -> None:
        assert config.url is not None
        self.prefix = config.prefix
        self.patience = min(patience, config.timeout_seconds)
        self._url = config.url
        self._config = config
        self._client: Client | None = None
        self._lock = Lock()

    @contextmanager
    def connection(self) -> Iterator["Client"]:
        """The client; what it raises for a fault of its own, or of an index that is lost, comes out as Unavailable."""
        from elastic_transport import ApiError, ConnectionError, ConnectionTimeout

        try:
            yield self._made()
        except (ConnectionError, ConnectionTimeout) as error:
            raise Unavailable(f"Elasticsearch: {error}") from error
        except ApiError as error:
            if error.message == _NO_INDEX:
                raise Unavailable(f"Elasticsearch: {error.body['error']['reason']}") from error
            if passing(error.meta.status):
                raise Unavailable(f"Elasticsearch: {error}") from error
            raise

    def ping(self) -> str:
        """The version of the server that answers. Raises Unavailable."""
        with self.connection() as client:
            told = client.options(request_timeout=_PING_SECONDS).info()
        return str(told["version"]["number"])

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _made(self) -> "Client":
        from elasticsearch import Elasticsearch as Client
        from elasticsearch.serializer import OrjsonSerializer

        with self._lock:
            if self._client is None:
                self._client = Client(
                    self._url,
                    api_key=self._config.api_key,
                    serializers={_JSON: OrjsonSerializer()},
                    request_timeout=self._config.timeout_seconds,
                    connections_per_node=_CONNECTIONS,
                    # Once, for a kept connection that the server has closed meanwhile. Whoever follows the log
                    # waits longer and longer by itself; whoever waits for a page should be told soon.
                    max_retries=1,
                    retry_on_status=(),
                    retry_on_timeout=False,
                )
            return self._client
