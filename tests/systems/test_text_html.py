"""HTML is safe to show and tells nobody that it is read; its text is what a reader sees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.text_html_system import html_of_markdown, html_of_text, sanitised, text_of_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<p onclick=alert(1)>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<img src=http://spy.example/x.png>",
    "<img srcset='http://spy.example/x.png 2x'>",
    "<img src=x onerror=alert(1)>",
    "<p style='background:url(http://spy.example)'>x</p>",
    "<style>@import 'http://spy.example'</style>",
    "<link rel=stylesheet href=http://spy.example>",
    "<meta http-equiv=refresh content='0;url=http://spy.example'>",
    "<base href=http://spy.example>",
    "<iframe src=http://spy.example></iframe>",
    "<object data=http://spy.example></object><embed src=http://spy.example>",
    "<video src=http://spy.example poster=http://spy.example></video>",
    "<svg><image href=http://spy.example /><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=http://spy.example><input name=x autofocus onfocus=alert(1)><button>x</button></form>",
    "<body background=http://spy.example onload=alert(1)>x",
    "<table background=http://spy.example><td background=http://spy.example>x</table>",
    "<q cite=http://spy.example>x</q>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<p id=x name=y class=z>x</p>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_loads_styles_or_identifies_remains(html: str) -> None:
    for safe in (sanitised(html), html_of_markdown(html), html_of_markdown(f"- {html}")):
        assert not any(
            word in safe.lower() for word in ("alert", "spy.example", "javascript", "onerror", "style", "src", "id=")
        )


def test_structure_languages_and_links_to_the_web_remain() -> None:
    html = (
        '<h1>A</h1><p lang="ar" dir="rtl">b <em>c</em></p><ol start="3"><li>d</li></ol>'
        '<table><tbody><tr><td colspan="2">e</td></tr></tbody></table><img alt="f" width="3">'
    )
    assert sanitised(html) == html
    assert 'href="https://example.org/"' in sanitised("<a href=https://example.org/>x</a>")
    assert "href" not in sanitised("<a href=/code/1>x</a>")
    assert 'alt="A cat"' in sanitised("<img src=cat.png alt='A cat'>")


@settings(deadline=None)
@given(st.text())
def test_sanitising_twice_is_sanitising_once(html: str) -> None:
    assert sanitised(sanitised(html)) == sanitised(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<html><head><title>T</title><style>p{}</style></head><body><p>One</p><p>Two</p></body></html>", "One\n\nTwo"),
        ("<p>One\n  two\t<b>three</b>four</p>", "One two threefour"),
        ("<p>one <b> two </b> three</p>", "one two three"),
        ("line<br>break<br><br>gap", "line\nbreak\n\ngap"),
        ("<div>a</div><div>b</div>c", "a\nb\nc"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>after", "a\nb\n\nc\n\nafter"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a\tb\n1\t2"),
        ("<pre>x  y\n  z</pre>p", "x  y\n  z\n\np"),
        ("&lt;b&gt; &amp;amp; &eacute;&nbsp;&#x1F44B; &unknown; &#0;", "<b> &amp; é\xa0👋 &unknown; \ufffd"),
        ("<h2>Head</h2>text<!-- comment --><script>x</script>", "Head\n\ntext"),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢kan"),
        ("a<img alt=pic>b", "ab"),
        ("", ""),
    ],
)
def test_the_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert text_of_html(sanitised(html)) == text


def test_markdown_becomes_headings_lists_tables_and_readable_text() -> None:
    markdown = (
        "# Joy\n\nHello *big*\nworld & ~~all~~\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n1. x\n2. y\n\n```\ncode < x\n```\n"
    )
    html = html_of_markdown(markdown)
    assert "<h1>Joy</h1>" in html
    assert "<td>2</td>" in html
    assert text_of_html(html).rstrip() == "Joy\n\nHello big world & all\n\na\tb\n1\t2\n\nx\ny\n\ncode < x"


def test_deeply_nested_markdown_loses_nothing() -> None:
    assert text_of_html(html_of_markdown("> " * 60 + "deep")) == "deep"


def test_a_plain_text_is_shown_in_its_paragraphs_and_lines() -> None:
    assert html_of_text("a <b>\nc\n \n\nd & e\n") == "<p>a &lt;b&gt;<br>\nc</p>\n<p>d &amp; e</p>"


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\n")))
def test_a_plain_text_never_becomes_markup(text: str) -> None:
    html = html_of_text(text)
    assert set(html.replace("<p>", "").replace("</p>", "").replace("<br>", "")).isdisjoint("<>")
