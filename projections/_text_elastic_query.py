"""Queries to texts in the words of Elasticsearch."""

from collections.abc import Sequence
from typing import Any, assert_never

from systems.text_query_system import And, Everything, Fuzzy, Leaf, Not, Nothing, Or, Pattern, Phrase, Query, Word
from systems.text_stems_system import forms

Asked = dict[str, Any]

ANALYZER = "words"
"""Words that are folded already: what is between spaces."""

_NAME_BOOST = 4.0


def terms(field: str) -> str:
    """Where the folded words of a field are."""
    return f"{field}_terms"


def stems(field: str) -> str:
    """Where the stems of its words are."""
    return f"{field}_stems"


def asked(query: Query, fields: Sequence[str]) -> Asked:
    """The query, over all of these fields where it names none; names and titles, which come first, weigh more."""
    match query:
        case And(items=items):
            return {"bool": {"must": [asked(item, fields) for item in items]}}
        case Or(items=items):
            return _any([asked(item, fields) for item in items])
        case Not(item=item):
            return {"bool": {"must_not": [asked(item, fields)]}}
        case Everything():
            return {"match_all": {}}
        case Nothing():
            return {"match_none": {}}
        case Word() | Phrase() | Fuzzy() | Pattern():
            named = [query.field] if query.field else fields
            return _any([one for field in named for one in _leaf(query, field, _boost(field, fields))])
        case _:
            assert_never(query)


def _leaf(leaf: Leaf, field: str, boost: float) -> list[Asked]:
    """What is enough to find it in a field."""
    match leaf:
        case Word(word=word):
            plain, stemmed = forms(word)
            return [
                *(_term(terms(field), one, boost) for one in sorted(plain)),
                *(_term(stems(field), one, boost) for one in sorted(stemmed)),
            ]
        case Phrase(words=(word,)):
            return [_term(terms(field), word, boost)]
        case Phrase(words=words, slop=0):
            phrase = {"query": " ".join(words), "analyzer": ANALYZER, "boost": boost}
            return [{"match_phrase": {terms(field): phrase}}]
        case Phrase(words=words, slop=slop):
            loose = {"query": " ".join(words), "analyzer": ANALYZER, "ordered": True, "max_gaps": slop}
            return [{"intervals": {terms(field): {"match": loose, "boost": boost}}}]
        case Fuzzy(word=word, distance=distance):
            fuzzy = {"value": word, "fuzziness": distance, "rewrite": "constant_score", "boost": boost}
            return [{"fuzzy": {terms(field): fuzzy}}]
        case Pattern(pattern=pattern):
            return [{"wildcard": {terms(field): {"value": pattern, "boost": boost}}}]
        case _:
            assert_never(leaf)


def _term(field: str, value: str, boost: float) -> Asked:
    return {"term": {field: {"value": value, "boost": boost}}}


def _any(alternatives: list[Asked]) -> Asked:
    if len(alternatives) == 1:
        return alternatives[0]
    return {"bool": {"should": alternatives, "minimum_should_match": 1}}


def _boost(field: str, fields: Sequence[str]) -> float:
    return 1.0 if field == fields[-1] else _NAME_BOOST
