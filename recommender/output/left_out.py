"""What was left out, for paper: each exercise once, under its first reason, with marks for the others."""

from __future__ import annotations

from string import ascii_uppercase

from recommender.knowledge.knowledge import Knowledge
from recommender.output.document import LeftOut, Named
from recommender.output.grouping import answers_in_words, excluded_by_reason
from recommender.output.references import References
from recommender.recommendation import Recommendation

__all__ = ["left_out_of"]


def left_out_of(result: Recommendation, knowledge: Knowledge, references: References) -> tuple[LeftOut, ...]:
    """One entry a reason, the personal ones first. An exercise stands under the first of its reasons."""
    groups = excluded_by_reason(result)
    marks = {group.reason.rule: _letter(number) for number, group in enumerate(groups)}
    placed: dict[str, list[Named]] = {rule: [] for rule in marks}
    for entry in result.excluded:
        hit = {reason.rule for reason in entry.reasons}
        main, *more = [rule for rule in marks if rule in hit]
        placed[main].append(Named(entry.name, tuple(marks[rule] for rule in more)))
    answers = _once({group.reason.rule: answers_in_words(group.reason, knowledge) for group in groups})
    return tuple(
        LeftOut(
            mark=marks[reason.rule],
            text=f"{reason.text} {reason.unsure}".rstrip(),
            answers=answers[reason.rule],
            refs=references.mark(reason.sources, reason.reading, draft=not reason.signed),
            exercises=tuple(placed[reason.rule]),
        )
        for reason in (group.reason for group in groups)
    )


def _once(answers: dict[str, str]) -> dict[str, str]:
    """Each list of answers where it stands first, and nothing where it would stand again."""
    said: set[str] = set()
    found = {}
    for rule, text in answers.items():
        found[rule] = "" if text in said else text
        said.add(text)
    return found


def _letter(number: int) -> str:
    """A, B ... Z, AA, AB and so on."""
    more, last = divmod(number, len(ascii_uppercase))
    return (_letter(more - 1) if more else "") + ascii_uppercase[last]
