"""What loading itself finds. Knowledge with one of these is refused, and nothing is recommended."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.review.checks.base import Check, Review
from recommender.review.finding import Finding

__all__ = [
    "LostRule",
    "NoOutcome",
    "RiskierAnswerFrees",
    "UnknownLocator",
    "UnknownWord",
    "UnlessReadsTooMuch",
    "UnreadableFile",
]


class _Loading(Check):
    """Found while loading."""

    loading = True

    def find(self, review: Review) -> Iterator[Finding]:  # noqa: ARG002
        """Find nothing: a knowledge that has been loaded is free of it."""
        yield from ()


class UnreadableFile(_Loading):
    """A file that cannot be read as what it is.

    What: YAML that breaks off, a key that is missing, a number where a word belongs, a file in the wrong folder.

    Avoid: a rule without `say`; two equal keys in one mapping.

    Prefer: the form that rules/README.md shows; an editor that knows the schemas complains while you type.

    Why: a rule that is read wrongly is worse than one that is not read, so nothing is guessed.
    """

    id = "unreadable-file"


class UnknownWord(_Loading):
    """A word that no other file knows.

    What: a key, field, answer, word of the vocabulary, exercise or rule that is named and does not exist.

    Avoid: `then: {avoid: {arching: stong}}`.

    Prefer: the word as vocabulary, questionnaire or catalogue have it; the message names the nearest one.

    Why: a rule that waits for a word that never comes would be silent for everyone.
    """

    id = "unknown-word"


class UnknownLocator(_Loading):
    """A source that no ledger and no guidance has.

    What: a locator whose text, section or item is listed neither in rules/sources/ nor in rules/guidelines.yaml.

    Avoid: `sources: [ilive-2025/herniation#4]`.

    Prefer: a place that the ledger of that text lists; add what the text says there first.

    Why: a reason whose source cannot be found cannot be reviewed.
    """

    id = "unknown-locator"


class NoOutcome(_Loading):
    """A statement of a text of which nobody says what became of it.

    What: a statement in a ledger without `outcome`, or without what its outcome needs (`by`, `conflicts`, `because`).

    Avoid: a statement that is only written down.

    Prefer: encoded with `by`, left_out with `because`, or conflict with `conflicts` and `because`.

    Why: reviewers must see what was read and not used, and why.
    """

    id = "no-outcome"


class LostRule(_Loading):
    """A rule that the table of contents and the files do not both name.

    What: a rule that was deleted from its file, or added, and not in rules/contents.yaml (or overlay.yaml).

    Avoid: ending a rule by deleting it in one place.

    Prefer: ending or adding it in both, in one change that `rules diff` has shown.

    Why: a rule that gets lost while editing is a missed exclusion.
    """

    id = "lost-rule"


class RiskierAnswerFrees(_Loading):
    """A safety rule that a riskier answer would switch off.

    What: a test that holds for an answer and not for a riskier one, in the order of risk of the questionnaire.

    Avoid: `weeks_since_injury: 9 to 13` alone, which an unknown week would escape.

    Prefer: the test widened to the riskier side: `any: [weeks_since_injury: up to 13, weeks_since_injury: unknown]`.

    Why: making a person riskier must never make an exercise allowed.
    """

    id = "riskier-answer-frees"


class UnlessReadsTooMuch(_Loading):
    """An `unless` that reads more than the clearance and the kit that is there.

    What: an `unless` over any other answer.

    Avoid: `unless: {when: {level: trained}, ...}`.

    Prefer: a narrower `when`; `unless` is for `cleared_by_clinician` and `equipment`.

    Why: what relaxes a rule must be something that a clinician said or that can be seen in the room.
    """

    id = "unless-reads-too-much"
