"""Checks that editors are helped with what is true."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.review.checks.base import Check, Review
from recommender.review.editor_schemas import check_schemas, schema_folder
from recommender.review.finding import Finding

__all__ = ["StaleSchema"]


class StaleSchema(Check):
    """A schema for editors that is not what the files mean now.

    What: a file of rules/schemas/ that is missing or differs from what `recommender rules schema` writes, or a
    knowledge file whose first line names no schema or the wrong one. A folder without rules/schemas/ has no need of it.

    Avoid: a new word in the vocabulary, and the old schemas.

    Prefer: `recommender rules schema` after every change of vocabulary, questionnaire or catalogue.

    Why: an editor that calls a right word wrong teaches people to look away.
    """

    id = "stale-schema"

    def find(self, review: Review) -> Iterator[Finding]:
        """Every file that is stale."""
        if schema_folder(review.knowledge.folder).is_dir():
            for fault in check_schemas(review.knowledge):
                yield Finding(self.id, self.level, fault.file, fault.line, fault.found, fault.do)
