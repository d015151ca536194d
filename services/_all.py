"""All servers by name, in the order in which they are started."""

from typing import Final

from services._service import Service
from services.elasticsearch import ELASTICSEARCH
from services.embedder import EMBEDDER
from services.weaviate import WEAVIATE

SERVICES: Final[dict[str, Service]] = {service.name: service for service in (ELASTICSEARCH, WEAVIATE, EMBEDDER)}
