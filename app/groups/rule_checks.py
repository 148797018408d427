"""Whether a group's wished rules can be taken: every sentence that says what is fair does what it should (L11)."""

from sqlalchemy.orm import Session

from app.foundation.errors import Unfit
from app.foundation.language import gettext as _
from app.foundation.site import country
from app.groups import queries
from app.groups.models import Group
from app.groups.models import OwnRule as Row
from app.groups.rule_forms import OwnRuleForm, RulesForm
from app.groups.rule_phrases import Names, failure_in_words
from app.moderation import own_rules
from app.moderation.guidelines import Guidelines
from app.moderation.judge import judge
from app.moderation.own_rules import FEWEST_OWN_EXAMPLES, Failure, OwnRule, Part
from app.moderation.rulebook import rulebook
from app.moderation.verdict import Kind, Outcome, Severity

READ_BY_MEMBERS = ("public_name", "why", "message")


class _Wrong(dict[str, str]):
    """Sentences by the field they are about."""

    def say(self, field: str, sentence: str) -> None:
        self[field] = f"{self[field]} {sentence}" if field in self else sentence

    def refuse(self) -> None:
        """Raises Unfit if anything was said."""
        if self:
            raise Unfit(_("Nothing was saved yet: something needs another look."), self)


def offered(group: Group) -> tuple[set[str], dict[str, Severity]]:
    """The rules a group may switch on, and those it may make stricter, with how heavy they are."""
    light = own_rules.to_tighten(rulebook(group.language))
    return {rule.id for rule in own_rules.to_switch_on(group.language)}, {rule.id: rule.severity for rule in light}


def must_hold(db: Session, group: Group, wanted: RulesForm, own: list[OwnRule], before: dict[str, Row]) -> None:
    """Raises Unfit with the sentences that do not do what they should, by the fields of the form. `own` are its rules as
    they would be written, `before` the newest versions of those that ever were."""
    wrong = _Wrong()
    _check_choices(group, wanted, wrong)
    _check_own(db, group, wanted.own, own, before, wrong)
    wrong.refuse()
    _try(db, group, wanted, own, wrong)
    wrong.refuse()


def _check_choices(group: Group, wanted: RulesForm, wrong: _Wrong) -> None:
    to_switch_on, light = offered(group)
    if set(wanted.switched_on) - to_switch_on:
        wrong.say("switched_on", _("Choose from those offered."))
    for rule_id, severity in wanted.tightened.items():
        if rule_id not in light or Severity(severity).weight <= light[rule_id].weight:
            wrong.say("tightened", _("A rule can be made stricter, never weaker; those about danger stay as they are."))
            return


def _check_own(
    db: Session, group: Group, forms: list[OwnRuleForm], own: list[OwnRule], before: dict[str, Row], wrong: _Wrong
) -> None:
    items = {item.id for item in queries.items(db, group)}
    names = [own_rules.same(rule.public_name) for rule in own]
    for at, (form, rule) in enumerate(zip(forms, own, strict=True)):
        field = f"own.{at}."
        if form.id and (form.id not in before or [one.id for one in forms].count(form.id) > 1):
            wrong.say(field + "id", _("There is no such rule here. Leave this out for a new one."))
        if names.count(names[at]) > 1:
            wrong.say(field + "public_name", _("Another rule here has this name."))
        if rule.guideline not in items:
            wrong.say(field + "guideline", _("Choose one of this group’s guidelines."))
        if rule.id not in before or rule.version != before[rule.id].version:
            _check_words(rule, field, wrong)
            _check_sentences(group, rule, field, wrong)


def _check_words(rule: OwnRule, field: str, wrong: _Wrong) -> None:
    if not rule.words:
        wrong.say(field + "words", _("There are no words here yet."))
    for word in rule.words:
        if not own_rules.is_word(word):
            sentence = _(
                "Hearth cannot look for “%(word)s”. It can for letters and digits, up to six words, with a * at the very end."
            )
            wrong.say(field + "words", sentence % {"word": word})
    for part in (Part.HELD, Part.LET_OUT):
        if len(getattr(rule, part.value)) < FEWEST_OWN_EXAMPLES:
            sentence = _("Write at least %(least)s sentences here.")
            wrong.say(field + part.value, sentence % {"least": FEWEST_OWN_EXAMPLES})
    for sentence in own_rules.contradictions(rule):
        twice = _("Both lists have “%(sentence)s”. It can only do one.")
        wrong.say(field + Part.LET_OUT.value, twice % {"sentence": sentence})


def _check_sentences(group: Group, rule: OwnRule, field: str, wrong: _Wrong) -> None:
    """What members read goes through the gate like all words; examples name nobody and lead nowhere."""
    asked = Guidelines(language=group.language)
    for name in READ_BY_MEMBERS:
        verdict = judge(asked, getattr(rule, name))
        if verdict.outcome is not Outcome.PUBLISH:
            wrong.say(field + name, " ".join(dict.fromkeys(f.message for f in verdict.findings)))
    for sentence in rule.examples_hit:
        if _leads_somewhere(asked, sentence):
            told = _("A number, a name or an address stands in “%(sentence)s”. Leave it out of examples too.")
            wrong.say(field + Part.HELD.value, told % {"sentence": sentence})
    for word in rule.words:
        if _leads_somewhere(asked, word.removesuffix("*")):
            told = _("A number, a name or an address stands in “%(sentence)s”. No rule is made about a person.")
            wrong.say(field + "words", told % {"sentence": word})


def _leads_somewhere(asked: Guidelines, text: str) -> bool:
    return any(f.kind is Kind.CONFIDENTIALITY for f in judge(asked, text).findings)


def _try(db: Session, group: Group, wanted: RulesForm, own: list[OwnRule], wrong: _Wrong) -> None:
    asked = Guidelines(
        group.guidelines_version,
        group.language,
        country(),
        tuple(item.id for item in queries.items(db, group)),
        tuple(sorted(wanted.switched_on)),
        tuple(sorted((rule_id, Severity(severity)) for rule_id, severity in wanted.tightened.items())),
        tuple(own_rules.made(rule) for rule in own),
    )
    names = Names(asked)
    for failure in own_rules.tried(asked):
        wrong.say(_field_of(failure, wanted, own), failure_in_words(failure, names))


def _field_of(failure: Failure, wanted: RulesForm, own: list[OwnRule]) -> str:
    at = next((at for at, rule in enumerate(own) if rule.id == failure.rule), None)
    if at is not None:
        return f"own.{at}.{'words' if failure.part is Part.FAIR else failure.part.value}"
    return "tightened" if failure.by in wanted.tightened else "switched_on"
