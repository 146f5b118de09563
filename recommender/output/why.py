"""The answer to "why": one exercise, one person, every reason."""

from __future__ import annotations

from recommender.explain import Explanation
from recommender.knowledge.knowledge import Knowledge
from recommender.output.grouping import answers_in_words, sources_in_words
from recommender.output.page import Page
from recommender.recommendation import Excluded

__all__ = ["render_why"]


def render_why(explanation: Explanation, knowledge: Knowledge, *, colour: bool = True) -> str:
    """The explanation as text of at most 80 columns."""
    page = Page(colour=colour)
    exercise, result = explanation.exercise, explanation.result
    if result.urgency != "none":  # what has to be done comes before any reason
        page.text(" ".join(result.now), bold=True)
        page.blank()
    excluded = next((entry for entry in result.excluded if entry.exercise == exercise.id), None)
    step = next((entry for entry in result.routine if entry.exercise == exercise.id), None)
    if excluded is not None:
        _left_out(page, explanation, excluded, knowledge)
    elif step is not None:
        page.text(f"{exercise.name} is number {step.order} of the routine.", bold=True)
        page.blank()
        page.text("No rule leaves it out, and:")
        for reason in step.reasons:
            page.text(reason, hang="- ", indent=1)
        page.text(f"The dose: {step.dose.text}.", hang="- ", indent=1)
        if step.dose.low_end:
            for message in result.messages_of("limit"):
                page.text(message.text, indent=3)
    else:
        left = next(entry for entry in result.not_chosen if entry.exercise == exercise.id)
        page.text(f"{exercise.name} is allowed, but not in the routine.", bold=True)
        page.blank()
        page.text(left.text)
        for rival in explanation.rivals:
            why = rival.rules[0].rule.title if rival.rules else "they rank alike, and the order of their ids decides"
            page.text(f"{rival.exercise.name} came first: {why}.", hang="- ", indent=1)
    _relaxed(page, explanation, knowledge)
    _about(page, explanation, knowledge)
    return str(page)


def _relaxed(page: Page, explanation: Explanation, knowledge: Knowledge) -> None:
    """The rules about this exercise that a clinic relaxes."""
    number = knowledge.numbers[explanation.exercise.id]
    for relaxed in explanation.result.knowledge.relaxed:
        compiled = knowledge.rule(relaxed.rule)
        if compiled is not None and compiled.excludes >> number & 1:
            page.blank()
            title = f'"{compiled.rule.title}" ({relaxed.rule})'
            words = knowledge.outcomes.relaxed
            text = words.format(by=relaxed.by, rule=title, when=relaxed.when, because=relaxed.because)
            page.text(f"{text} [{', '.join(relaxed.sources)}]")


def _left_out(page: Page, explanation: Explanation, excluded: Excluded, knowledge: Knowledge) -> None:
    count = len(excluded.reasons)
    page.text(f"{excluded.name} is left out, for {count} reason{'s' if count > 1 else ''}.", bold=True)
    for number, reason in enumerate(excluded.reasons, start=1):
        page.blank()
        page.text(f"{reason.title}.", hang=f"{number}. ", bold=True)
        page.text(f"{reason.text} {reason.unsure}".rstrip(), indent=3)
        page.text(f"Why: {reason.because}", indent=3)
        if answers := answers_in_words(reason, knowledge):
            page.text(f"Your answer: {answers}.", indent=3)
        if reason.sources:
            page.text(
                f"Source: {sources_in_words(reason.sources, reason.reading, knowledge, draft=not reason.signed)}",
                indent=3,
            )
        page.text(f"Rule: {reason.rule}", indent=3)
    page.heading("What would have to differ")
    page.blank()
    if explanation.for_everyone:
        page.text("No answer changes it: it is left out for everyone.")
    else:
        _answers(page, explanation, knowledge)
    if excluded.instead:
        names = {id: exercise.name for id in excluded.instead if (exercise := knowledge.exercise(id))}
        page.heading("Instead")
        page.blank()
        page.text(", ".join(names.values()) + ".")


def _answers(page: Page, explanation: Explanation, knowledge: Knowledge) -> None:
    """What the person could change, and what is a fact about their health and is not for changing."""
    for rule, changes in explanation.changes.items():
        title = knowledge.rules_by_id[rule].rule.title
        if changes:
            page.text(f"{title}: it would not apply with {'; or '.join(changes)}.", hang="- ")
    if any(explanation.facts.values()):
        names = dict.fromkeys(
            name.replace("_", " ").replace(".", ", ") for rule in explanation.facts.values() for name in rule
        )
        page.text(f"It follows from what you said about: {', '.join(names)}.", hang="- ")
        page.text(
            "Answers about your health are there to protect you. Give them as they are. "
            "If one of them changes, or a clinician looks at it, answer anew.",
            indent=2,
        )


def _about(page: Page, explanation: Explanation, knowledge: Knowledge) -> None:
    exercise = explanation.exercise
    page.heading("About the exercise")
    page.blank()
    spine = [
        knowledge.vocabulary.title(aspect, getattr(exercise.spine, aspect))
        for aspect in ("bending", "arching", "twisting", "side_bending")
        if getattr(exercise.spine, aspect) != "none"
    ]
    words = [exercise.intensity, *(spine or ["the back stays in line"])]
    words += [knowledge.vocabulary.title("patterns", word) for word in exercise.patterns]
    page.text(f"{', '.join(words)}.".capitalize())
    page.text(exercise.tags_because)
    for note in exercise.notes:
        page.text(note)
    page.text(f"[{', '.join(exercise.locators)}]", dim=True)
