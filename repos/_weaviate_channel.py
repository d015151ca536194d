"""The gRPC channel to Weaviate, so made that a server that is away is noticed at once and found again soon.

The client's own way to ask an absent server is to sleep for a minute within the call.
"""

from collections.abc import Callable
from typing import Any, Final

from grpc import Channel, StatusCode, UnaryUnaryClientInterceptor, intercept_channel
from weaviate.config import GrpcConfig
from weaviate.connect import ConnectionParams

from repos._unavailable import Unavailable

# As `passing` has it for HTTP.
_PASSING: Final = (
    StatusCode.UNAVAILABLE,
    StatusCode.DEADLINE_EXCEEDED,
    StatusCode.RESOURCE_EXHAUSTED,
    StatusCode.UNAUTHENTICATED,
    StatusCode.PERMISSION_DENIED,
)
OPTIONS: Final = GrpcConfig(
    channel_options=[
        # By default a channel waits up to two minutes before it looks again whether the server is back, and up to
        # twenty seconds for one that was met in the middle of its start and took no note of us.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1_000),
        ("grpc.min_reconnect_backoff_ms", 1_000),
        # Requests over HTTP take no proxy from the environment either.
        ("grpc.enable_http_proxy", 0),
    ]
)


class NoticingParams(ConnectionParams):
    """Where the server is; a call over the channel raises Unavailable instead of waiting."""

    def _grpc_channel(self, *arguments: Any, **options: Any) -> Channel:
        channel = super()._grpc_channel(*arguments, **options)
        assert isinstance(channel, Channel)
        return intercept_channel(channel, _Noticing())


class _Noticing(UnaryUnaryClientInterceptor):
    def intercept_unary_unary(
        self, continuation: Callable[[Any, Any], Any], client_call_details: Any, request: Any
    ) -> Any:
        call = continuation(client_call_details, request)
        if call.code() in _PASSING:
            raise Unavailable(f"Weaviate: {call.code().name}, {call.details()}")
        return call
