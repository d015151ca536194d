"""Words that the facts of several areas use."""

from typing import Literal

DocTypeName = Literal["text", "image", "audio", "video"]
MetaTypeName = Literal["STRING", "NUMBER", "DATE", "BOOLEAN", "LIST"]
