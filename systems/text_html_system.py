"""HTML that is safe to show, and the text that a reader of it sees."""

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

import nh3
from markdown_it import MarkdownIt

_TAGS: Final = (nh3.ALLOWED_TAGS - {"area", "map"}) | {"address", "main", "section", "tfoot"}
_DROPPED_WITH_CONTENT: Final = set(
    "script style title template noscript noframes iframe object svg math canvas audio video select textarea".split()  # noqa: SIM905
)
_ATTRIBUTES: Final = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"alt", "height", "width"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)
_MARKDOWN: Final = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])

_PARAGRAPHS: Final = frozenset(
    "p h1 h2 h3 h4 h5 h6 blockquote pre ul ol dl table figure hr article section aside header footer nav main"  # noqa: SIM905
    " address details center".split()
)
_LINES: Final = frozenset("div li tr dt dd caption figcaption summary hgroup thead tbody tfoot".split())  # noqa: SIM905
_CELLS: Final = frozenset(("td", "th"))
_SPACES: Final = re.compile("[ \t\n\r\f]+")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def sanitised(html: str) -> str:
    """The HTML without anything that runs, styles, embeds, identifies or loads: also images lose their source and
    show only their description, so that reading a document tells nobody about it. Links to the web stay, others lose
    their target."""
    return _CLEANER.clean(html)


def html_of_markdown(markdown: str) -> str:
    """CommonMark with tables and strike-through as safe HTML."""
    return sanitised(str(_MARKDOWN.render(markdown)))


def html_of_text(text: str) -> str:
    """A plain text as HTML: paragraphs where it has blank lines, line breaks where it has line ends."""
    paragraphs = _BLANK_LINES.split(escape(text.strip("\n"), quote=False))
    return "\n".join("<p>" + paragraph.replace("\n", "<br>\n") + "</p>" for paragraph in paragraphs)


def text_of_html(html: str) -> str:
    """What a reader sees of sanitised HTML: a blank line around paragraphs, a line for each list item, row or line
    break, a tab between cells, entities decoded, white space collapsed except in `pre`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._line_ends = 0
        self._between = ""
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._line_ends += 1
        elif tag in _CELLS:
            self._between = "\t"
        else:
            self._break(tag)
            self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)
        self._preformatted -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if self._preformatted:
            self._write(data)
            return
        words = _SPACES.sub(" ", data)
        if words.startswith(" "):
            self._between = self._between or " "
        if word := words.strip(" "):
            self._write(word)
            self._between = " " if words.endswith(" ") else ""

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._line_ends = max(self._line_ends, 2)
        elif tag in _LINES:
            self._line_ends = max(self._line_ends, 1)

    def _write(self, text: str) -> None:
        if self.parts:
            self.parts.append("\n" * min(self._line_ends, 2) or self._between)
        self.parts.append(text)
        self._line_ends, self._between = 0, ""
