"""From the bytes of a file to the text of a document with its HTML, sentences and tokens."""

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Final

from icu4py import icu_version

from systems.text_blank_system import is_blank
from systems.text_encoding_system import decode
from systems.text_html_system import html_of_markdown, html_of_text, sanitised, text_of_html
from systems.text_language_system import PRODUCER as LANGUAGE_PRODUCER
from systems.text_language_system import language_of
from systems.text_normal_system import normalise
from systems.text_sentences_system import sentences
from systems.text_tokens_system import tokens
from systems.upload_kind_system import HEAD_SIZE, Kind, Refusal, Unreadable, inspect, why_unreadable

VERSION: Final = "palimpsest-text/1"
"""Counts up whenever the same bytes would give another text, language, sentences or tokens."""

_DECLARED: Final = re.compile(rb"<(?:meta|\?xml)\b[^>]{0,200}?\b(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})", re.I)


@dataclass(frozen=True)
class Processed:
    """A document made from a file. Offsets are half-open code-point ranges [b0, e0, b1, e1, ...] of `text`."""

    text: str
    html: str
    sentences: "array[int]"
    tokens: "array[int]"
    language: str | None
    producer: str
    encoding: str


def process(filename: str, data: bytes, kind: Kind | None = None) -> Processed:
    """The document in a .txt, .md or .html file; `kind` wins over the name. Raises `Unreadable`. Time and memory are
    bounded for honest input only (5 MB: 1 to 3 s, 150 MB): run it in a child process with limits."""
    kind = kind or _kind(filename, data)
    if reason := why_unreadable(kind, data[:HEAD_SIZE], len(data)):
        raise Unreadable(reason)
    declared = _declared(data) if kind is Kind.HTML else None
    source, encoding = decode(data, declared)
    text, html = _converted(kind, normalise(source))
    if is_blank(text):
        raise Unreadable("The file has no text.")
    words = tokens(text)
    return Processed(text, html, sentences(text, words), words, language_of(text), producer(), encoding)


@cache
def producer() -> str:
    """Who made a text, its sentences and its tokens: everything whose change could change them."""
    libraries = (f"{name}/{version(name)}" for name in ("icu4py", "nh3", "markdown-it-py", LANGUAGE_PRODUCER))
    return " ".join((VERSION, *libraries, f"ICU/{icu_version}", f"Unicode/{unicodedata.unidata_version}"))


def _kind(filename: str, data: bytes) -> Kind:
    found = inspect(filename, data[:HEAD_SIZE], len(data))
    if isinstance(found, Refusal):
        raise Unreadable(found.reason)
    return found


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:4096])
    return found[1].decode("ascii") if found else None


def _converted(kind: Kind, source: str) -> tuple[str, str]:
    match kind:
        case Kind.TEXT:
            return source, html_of_text(source)
        case Kind.MARKDOWN:
            html = html_of_markdown(source)
        case Kind.HTML:
            html = sanitised(source)
        case Kind.CSV | Kind.ZIP:
            raise Unreadable("The file holds many documents; each of them is read by itself.")
    return normalise(text_of_html(html)), html
