"""The history of sentence annotations in words."""

from events.sentence_annotation_events import (
    SentenceAnnotationCreated,
    SentenceAnnotationDeleted,
    SentenceAnnotationMoved,
    SentenceAnnotationRecoded,
)
from queries._telling import Tellings, tell

TELLINGS: Tellings = {
    SentenceAnnotationCreated: tell(
        "marked {quote:sentence passage} as {code_id:code} in {sdoc_id:document}",
        "marked {n:sentence passage} as {code_id:code} in {sdoc_id:document}",
        "marked {n:sentence passage} in {sdoc_id:document}",
        "marked {n:sentence passage} as {code_id:code}",
        "marked {n:sentence passage}",
        now="{code_id:code}",
        calls="{quote:sentence passage}",
    ),
    SentenceAnnotationRecoded: tell(
        "re-coded {0:sentence passage} from {was:code} to {code_id:code} in {sdoc_id:document}",
        "re-coded {n:sentence annotation} from {was:code} to {code_id:code}",
        "re-coded {n:sentence annotation} to {code_id:code}",
        "re-coded {n:sentence annotation}",
        was="{was:code}",
        now="{code_id:code}",
    ),
    SentenceAnnotationMoved: tell(
        "moved a sentence annotation to {quote:sentence passage} in {sdoc_id:document}",
        "moved {n:sentence annotation} in {sdoc_id:document}",
        "moved {n:sentence annotation}",
        was="sentence {was_sentence_id_start} to {was_sentence_id_end}",
        now="sentence {sentence_id_start} to {sentence_id_end}",
        calls="{quote:sentence passage}",
    ),
    SentenceAnnotationDeleted: tell(
        "deleted the marking of {0:sentence passage} as {code_id:code} in {sdoc_id:document}",
        "deleted {n:sentence annotation} with {code_id:code} in {sdoc_id:document}",
        "deleted {n:sentence annotation} in {sdoc_id:document}",
        "deleted {n:sentence annotation} with {code_id:code}",
        "deleted {n:sentence annotation}",
        was="{code_id:code}",
        taken=("{n:sentence annotation}",),
    ),
}
