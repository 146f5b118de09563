"""The answer to "why": one exercise, one person, every reason."""

from __future__ import annotations

from recommender.decision.explain import Explanation
from recommender.decision.recommendation import Excluded, NotChosen, Step
from recommender.knowledge.knowledge import Knowledge
from recommender.output.grouping import answers_in_words, cited_in_words, cited_of, relaxed_in_words
from recommender.output.page import Page

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
        _chosen(page, explanation, step, knowledge)
    else:
        left = next(entry for entry in result.not_chosen if entry.exercise == exercise.id)
        _not_chosen(page, explanation, left, knowledge)
    _relaxed(page, explanation, knowledge)
    _about(page, explanation, knowledge)
    return str(page)


def _chosen(page: Page, explanation: Explanation, step: Step, knowledge: Knowledge) -> None:
    say = knowledge.say
    page.text(say("why.in_routine", name=explanation.exercise.name, number=step.order), bold=True)
    page.blank()
    page.text(say("why.nothing_against"))
    for reason in step.reasons:
        page.text(reason, hang="- ", indent=1)
    page.text(say("why.dose", dose=step.dose.text), hang="- ", indent=1)
    for message in explanation.result.messages_of("limit") if step.dose.low_end else ():
        page.text(message.text, indent=3)


def _not_chosen(page: Page, explanation: Explanation, left: NotChosen, knowledge: Knowledge) -> None:
    say = knowledge.say
    page.text(say("why.allowed", name=explanation.exercise.name), bold=True)
    page.blank()
    page.text(left.text)
    for rival in explanation.rivals:
        text = say("why.came_first_alike", name=rival.exercise.name)
        if rival.rules:
            text = say("why.came_first", name=rival.exercise.name, rule=rival.rules[0].rule.title)
        page.text(text, hang="- ", indent=1)


def _relaxed(page: Page, explanation: Explanation, knowledge: Knowledge) -> None:
    """The rules about this exercise that a clinic relaxes."""
    number = knowledge.numbers[explanation.exercise.id]
    for relaxed in explanation.result.knowledge.relaxed:
        compiled = knowledge.rule(relaxed.rule)
        if compiled is not None and compiled.excludes >> number & 1:
            page.blank()
            page.text(relaxed_in_words(relaxed, knowledge))


def _left_out(page: Page, explanation: Explanation, excluded: Excluded, knowledge: Knowledge) -> None:
    say = knowledge.say
    page.text(say("why.left_out", n=len(excluded.reasons), name=excluded.name), bold=True)
    for number, reason in enumerate(excluded.reasons, start=1):
        page.blank()
        page.text(say("result.title", title=reason.title), hang=f"{number}. ", bold=True)
        page.text(f"{reason.text} {reason.unsure}".rstrip(), indent=3)
        page.text(say("result.because", because=reason.because), indent=3)
        page.text(answers_in_words(reason, knowledge), indent=3)
        if reason.sources:
            cited = cited_of(reason.sources, reason.reading, knowledge, draft=not reason.signed)
            page.text(say("why.source", places=cited_in_words(cited, say)), indent=3)
        page.text(say("why.rule", id=reason.rule), indent=3)
    page.heading(say("why.differ"))
    page.blank()
    if explanation.for_everyone:
        page.text(say("why.for_everyone"))
    else:
        _answers(page, explanation, knowledge)
    if excluded.instead:
        names = [exercise.name for id in excluded.instead if (exercise := knowledge.exercise(id))]
        page.heading(say("why.instead"))
        page.blank()
        page.text(say("result.names", names=say.listed(names)))


def _answers(page: Page, explanation: Explanation, knowledge: Knowledge) -> None:
    """What the person could change, and what is a fact about their health and is not for changing."""
    say = knowledge.say
    for rule, changes in explanation.changes.items():
        if changes:
            title, listed = knowledge.rules_by_id[rule].rule.title, say.listed(changes, "list.or_else")
            page.text(say("why.would_not_apply", rule=title, changes=listed), hang="- ")
    if any(explanation.facts.values()):
        fields = dict.fromkeys(field for rule in explanation.facts.values() for field in rule)
        names = [field.replace("_", " ").replace(".", ", ") for field in fields]
        page.text(say("why.follows", names=say.listed(names)), hang="- ")
        page.text(say("why.not_for_changing"), indent=2)


def _about(page: Page, explanation: Explanation, knowledge: Knowledge) -> None:
    exercise, say = explanation.exercise, knowledge.say
    page.heading(say("why.about"))
    page.blank()
    spine = [
        knowledge.vocabulary.title(aspect, getattr(exercise.spine, aspect))
        for aspect in ("bending", "arching", "twisting", "side_bending")
        if getattr(exercise.spine, aspect) != "none"
    ]
    words = [exercise.intensity, *(spine or [say("why.in_line")])]
    words += [knowledge.vocabulary.title("patterns", word) for word in exercise.patterns]
    page.text(say("result.names", names=say.listed(words)).capitalize())
    page.text(exercise.tags_because)
    for note in exercise.notes:
        page.text(note)
    page.text(say("sources.after", places=", ".join(exercise.locators)), dim=True)
