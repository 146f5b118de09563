"""From a profile to a routine in Python, with the reasons for what was left out."""

from recommender import PainPosition, Profile, recommend

profile = Profile(
    age=38,
    pain_position=PainPosition(lying="eased", standing="same", sitting="worse"),
    pain_now=3,
    acute_pain="no",
    pain_course="usual",
    onset="gradual",
    leg_symptoms="none",
    pregnant="no",
    recent_injury="no",
    hernia="no",
    conditions=[],
    emergency_signs=[],
    medical_signs=[],
    cleared_by_clinician="no",
)
result = recommend(profile)

print(result.title, f"({result.seconds // 60} min)")
for step in result.routine:
    print(f"{step.order}. {step.name}: {step.dose.text}")

print("\nLeft out, with every reason:")
for entry in result.excluded:
    print(f"- {entry.name}: {', '.join(reason.rule for reason in entry.reasons)}")
