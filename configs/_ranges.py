"""How small and how large a number among the settings may be."""

from collections.abc import Mapping

_MOST = 1_000_000
_RANGES: Mapping[str, tuple[float, float]] = {
    "api.gzip_minimum_bytes": (0, _MOST),
    "api.port": (0, 65_535),
    "api.shutdown_seconds": (0, _MOST),
    # Argon2 wants 8 KiB or more for each lane.
    "auth.argon2_memory_kib": (1_024, 4 * 1_024**2),
    "auth.argon2_parallelism": (1, 128),
    "documents.workers": (0, 1_000),
    # A vector of half-precision numbers must fit into a page of PostgreSQL.
    "embedder.dimensions": (1, 3_800),
    "embedder.requests_at_once": (1, 64),
    "log.kept_files": (0, _MOST),
    "read_models.rebuild_share": (0.01, 1),
    "read_models.wait_seconds": (0, 3_600),
    "read_models.late_seconds": (0, 86_400),
    "read_models.workers": (0, 1_000),
}


def range_of(key: str) -> tuple[float, float]:
    """Both ends included. What is not in the table is at least 1: a limit of 0 would forbid everything."""
    return _RANGES.get(key, (1, _MOST))
