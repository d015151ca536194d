"""The connection to Weaviate: clients for all threads, loaded and made when they are first needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

from configs.schema import WeaviateConfig
from repos._unavailable import Unavailable, passing

if TYPE_CHECKING:
    from weaviate import WeaviateClient as Client

_GRPC_PORT: Final = 50051


class Weaviate:
    """The server at the configured addresses; `prefix` begins the names of all collections that are ours.

    `patience` is how many seconds somebody has who waits for a page, if not even less is configured.
    """

    def __init__(self, config: WeaviateConfig, *, patience: float = 8.0) -> None:
        self.prefix = config.prefix
        self._at_work = _Connection(config, config.timeout_seconds)
        self._in_haste = _Connection(config, min(patience, config.timeout_seconds))

    @contextmanager
    def connection(self, *, in_haste: bool = False) -> Iterator["Client"]:
        """A client, `in_haste` for somebody who waits; its faults that pass come out as Unavailable."""
        from httpx import TransportError
        from weaviate.exceptions import (
            UnexpectedStatusCodeError,
            WeaviateConnectionError,
            WeaviateStartUpError,
            WeaviateTimeoutError,
        )

        try:
            yield (self._in_haste if in_haste else self._at_work).client()
        except (TransportError, WeaviateConnectionError, WeaviateTimeoutError) as error:
            raise Unavailable(f"Weaviate: {error}") from error
        except WeaviateStartUpError as error:
            if error.__cause__ is None:  # the server answers, but is too old
                raise
            raise Unavailable(f"Weaviate: {error}") from error
        except UnexpectedStatusCodeError as error:
            if passing(error.status_code):
                raise Unavailable(f"Weaviate: {error}") from error
            raise

    def ping(self) -> str:
        """The version of the server that answers, asked over HTTP. Raises Unavailable."""
        with self.connection() as client:
            return str(client.get_meta()["version"])

    def close(self) -> None:
        self._at_work.close()
        self._in_haste.close()


class _Connection:
    """A client that waits for so many seconds, for any answer."""

    def __init__(self, config: WeaviateConfig, seconds: float) -> None:
        assert config.url is not None
        self._http = urlsplit(config.url)
        self._grpc = urlsplit(config.grpc_url or f"{self._http.scheme}://{_host(self._http)}:{_GRPC_PORT}")
        self._key = config.api_key
        self._seconds = seconds
        self._client: Client | None = None
        self._lock = Lock()

    def client(self) -> "Client":
        with self._lock:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connect(self) -> "Client":
        from weaviate import WeaviateClient as Client
        from weaviate.classes.init import AdditionalConfig, Auth, Timeout

        from repos._weaviate_channel import OPTIONS, NoticingParams

        client = Client(
            NoticingParams.from_params(*_place(self._http), *_place(self._grpc)),
            auth_client_secret=Auth.api_key(self._key) if self._key else None,
            additional_config=AdditionalConfig(
                timeout=Timeout(init=self._seconds, query=self._seconds, insert=self._seconds), grpc_config=OPTIONS
            ),
            # Otherwise it asks a package index whether there is a newer client.
            skip_init_checks=True,
        )
        try:
            client.connect()
        except BaseException:
            client.close()
            raise
        return client


def _host(address: SplitResult) -> str:
    """With the brackets of IPv6."""
    return address.netloc.rpartition(":")[0] if address.port else address.netloc


def _place(address: SplitResult) -> tuple[str, int, bool]:
    secure = address.scheme == "https"
    return _host(address), address.port or (443 if secure else 80), secure
