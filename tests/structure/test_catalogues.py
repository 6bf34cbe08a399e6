"""Both catalogues hold every word the app can say, and no other."""
import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from models.callback import (
    BECOMES,
    CALL_OUTCOMES,
    CONSENTS,
    DIMENSIONS,
    EXEMPTIONS,
    FEES,
    LEFT_BY,
    MANNERS,
    OF_COMPLAINTS,
    OUTCOMES,
    OVERALL,
    REASONS,
    SOLVED,
    WISHES,
)
from models.callback.conversation import SAID
from models.callback.figures import FIGURES as CALLBACK_FIGURES
from models.callback.figures import GROUPS, LENGTHS
from models.callback.household import WHYS
from models.callback.policy import BLANKS, QUESTIONS
from models.callback.policy import FIGURES as POLICY_FIGURES
from models.callback.policy import TEXTS as POLICY_TEXTS
from models.callback.rating import FLAGS as RATING_FLAGS
from models.callback.spot_check import AGREES, WAYS
from models.dispatch import CALLBACK_RULES, CERTIFIED, SHIFTS
from models.notice import NOTICE_KINDS
from models.notification import AUDIENCE, CHANNEL_KINDS, PROMISES, REPLIES, TLS
from models.notification import KINDS as NOTIFIED
from models.notification import OF_PATROLS as TOLD_OF_PATROLS
from models.patrol import DISCIPLINES, SEVERITIES
from models.patrol.check_item import ANSWERS, PHOTO_RULES
from models.patrol.coverage import GROUPS as COVERAGE_GROUPS
from models.patrol.evidence import STAGES as EVIDENCE_STAGES
from models.patrol.finding import REMEDIES
from models.patrol.finding import STATES as FINDING_STATES
from models.patrol.plan import KINDS as PLAN_KINDS
from models.patrol.plan import WHO
from models.patrol.point import PROOFS
from models.patrol.rhythm import DAY_KINDS, RHYTHMS
from models.patrol.season import PHASES
from models.patrol.task import STATES as TASK_STATES
from models.patrol.visit import FLAGS as VISIT_FLAGS
from models.patrol.visit import STATES as POINT_STATES
from models.photo import FLAGS, STAGES
from models.sla.clock import UNITS
from models.sla.figures import ESCALATE_TO
from models.sla.record import FIGURES, PRIORITIES
from models.user import DEPARTMENTS, ROLES, SKILLS
from models.work_order.care_note import CARES
from models.work_order.deadline import WHATS
from models.work_order.lists import QUEUES
from models.work_order.load import COLUMNS
from models.work_order.load import FIGURES as FIRMS_FIGURES
from models.work_order.moves import (
    CAUSES,
    CHANNELS,
    DECLINE_REASONS,
    GRADES,
    HOLD_REASONS,
    KINDS,
    MOVES,
    PARTS,
    PHOTO_FAULTS,
    REJECT_REASONS,
    REOPEN_REASONS,
    RESCHEDULE_REASONS,
    REVEAL_REASONS,
    SCOPES,
    STATES,
    TALKED_BY,
    TRANSFER_REASONS,
)
from models.work_order.near import WEIGHTS
from models.work_order.party import PARTIES
from models.work_order.shortlist import WHY_NOT
from models.work_order.void import REASONS as VOID_REASONS
from views.categories import TEXTS, TICKS
from views.progress import STEPS
from views.seasons import TEXTS as SEASON_TEXTS

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = ("zh_Hans_CN", "en")
BLANK = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
REFUSALS = {"Refused", "TooLarge", "Stale", "NotAllowed", "NotFound", "DomainError", "_Unfit"}
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)*")

# What happens to walks, points, plans and findings, as their history tells it.
OF_PATROLS = (
    "check", "miss", "pass_on", "put_point", "renew_code", "put_route", "make_plan", "change_plan", "stop_plan", "find",
    "make_order", "rectify", "mend_by_order", "lose_order", "change_order", "take_up_again", "send_back",
    "close_finding", "overdue_finding", "plan_failed", "remove_point", "remove_route", "put_item", "remove_item",
    "entrust",
)

PATROL_MEASURES = ("found_first", "rectified", "in_time", "walked", "missed_points")

CODED = {
    "state": STATES, "waits": STATES, "next": (*STATES, "agreed"),
    "verb": (*MOVES, "warn", "overdue", "escalate", "stale", "unassigned", "repeat", "alert", *OF_PATROLS),
    "queue": (*QUEUES, "mine_own", "mine_handed_in_own", "mine_done_own"),
    "empty": tuple(QUEUES), "priority": PRIORITIES, "kind": KINDS, "channel": CHANNELS, "role": ROLES,
    "department": DEPARTMENTS, "skill": SKILLS, "hold": HOLD_REASONS, "reject": REJECT_REASONS,
    "fault": PHOTO_FAULTS, "reveal": REVEAL_REASONS, "outcome": CALL_OUTCOMES, "solved": SOLVED, "overall": OVERALL,
    "notice_verb": ("publish", "draft_notice", "change_notice", "issue", "discard", "withdraw"), "phase": PHASES,
    "season_verb": ("begin_phase", "begin_alert", "end_alert", "change_season"),
    "season_field": (*SEASON_TEXTS, "lead", "responsible"),
    "notice": NOTICE_KINDS, "dimension": (*DIMENSIONS, *OF_COMPLAINTS), "low": REASONS, "manner": MANNERS, "fees": FEES,
    "consents": CONSENTS, "wish": WISHES, "left_by": LEFT_BY,
    "settled": (*OUTCOMES, "dropped"), "doubt": RATING_FLAGS,
    "said": SAID, "household": WHYS, "care": CARES,
    "becomes": tuple(BECOMES), "score": ("1", "2", "3", "4", "5"), "source": ("call", "online"),
    "talked": TALKED_BY, "reopen": REOPEN_REASONS, "question": QUESTIONS,
    "policy": (*POLICY_TEXTS, "hours", *POLICY_FIGURES, "codes", "questions"),
    "usual": POLICY_TEXTS, "blank": BLANKS, "checked": WAYS, "agrees": AGREES,
    "discipline": DISCIPLINES, "proof": PROOFS, "rhythm": RHYTHMS, "day_kind": DAY_KINDS, "plan_kind": PLAN_KINDS,
    "walker": WHO, "point_state": POINT_STATES, "task_state": TASK_STATES, "severity": SEVERITIES,
    "finding_state": FINDING_STATES, "remedy": REMEDIES, "check": ANSWERS, "photo_rule": PHOTO_RULES,
    "visit_flag": (*VISIT_FLAGS, "too_fast"), "patrol_measure": PATROL_MEASURES,
    "patrol_group": COVERAGE_GROUPS,
    "patrol_definition": PATROL_MEASURES,
    "exemption": EXEMPTIONS, "flag": FLAGS, "stage": (*STAGES, *EVIDENCE_STAGES), "step": STEPS,
    "via": ("staff", "owner", "rule"),
    "why_not": WHY_NOT, "certificate": CERTIFIED, "shift": tuple(SHIFTS), "load": tuple(COLUMNS),
    "decline": DECLINE_REASONS, "transfer": TRANSFER_REASONS, "reschedule": RESCHEDULE_REASONS,
    "rule": ("category", "night", *CALLBACK_RULES),
    "grade": tuple(GRADES), "cause": CAUSES, "scope": SCOPES,
    "change": ("add", "change", "retire", "restore"), "field": (*TEXTS, *TICKS), "within": UNITS,
    "void": VOID_REASONS, "party": PARTIES, "support": ("open", "done"), "distance": tuple(WEIGHTS),
    "weekday": tuple(str(day) for day in range(7)), "month": tuple(str(month) for month in range(1, 13)),
    "notification": NOTIFIED, "notification_about": NOTIFIED, "promise": PROMISES, "outlet": CHANNEL_KINDS,
    "tls": TLS, "reply": (*REPLIES, "stopped"), "delivery": ("sent", "waiting", "given_up"),
    "measure": (*CALLBACK_FIGURES, "covered", "score", "reads"), "brief": tuple(CALLBACK_FIGURES),
    "definition": (*CALLBACK_FIGURES, "covered", "score", "reads"), "missed": tuple(CALLBACK_FIGURES),
    "group": GROUPS, "nobody": GROUPS[1:], "length": tuple(LENGTHS),
    "date": ("day", "short", "month", "quarter"), "late": ("minutes", "hours", "days"), "left": ("clock", "days"),
    "deadline": WHATS, "standing": ("met", "late", "off"), "unit": (*UNITS, "day"), "lasts": ("days", "hours"),
    "told": (*AUDIENCE, *TOLD_OF_PATROLS),
    "whom": ("assignee", "first_contact", "desk", "caller", *ESCALATE_TO), "figure": (*FIGURES, *FIRMS_FIGURES),
}


class Refusal(NamedTuple):
    code: str
    facts: frozenset[str]
    where: str


@cache
def catalogue(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def words(language: str) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalogue(language) if message.id}


def blanks(text: str) -> set[str]:
    return {first or second for first, second in BLANK.findall(text)}


@cache
def phrases() -> frozenset[str]:
    """What templates and views say under its English text."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in extract_from_dir(
        ROOT, methods, options, directory_filter=lambda path: Path(path).name in (
            ROOT.name, "views", *(folder.name for folder in (ROOT / "templates").rglob("*") if folder.is_dir()),
            "templates"))}
    return frozenset(found)


@cache
def refusals() -> tuple[Refusal, ...]:
    return tuple(found for folder in ("models", "views") for path in sorted((ROOT / folder).rglob("*.py"))
                 if "migrations" not in path.parts
                 for found in refusals_in(ast.parse(path.read_text(encoding="utf-8")), path.name))


def refusals_in(tree: ast.Module, name: str) -> Iterator[Refusal]:
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in REFUSALS and call.args:
                facts = {keyword.arg for keyword in call.keywords if keyword.arg} - {"field"}
                if call.func.id == "_Unfit":
                    facts.add("name")
                for code in codes_in(call.args[0], function):
                    yield Refusal(code, frozenset(facts), f"{name}:{call.lineno}")


def codes_in(argument: ast.expr, function: ast.FunctionDef) -> set[str]:
    """The codes an argument can be: itself, either side of a condition, a pattern of parts, values of a table."""
    if isinstance(argument, ast.Constant):
        return {argument.value}
    if isinstance(argument, ast.IfExp):
        return codes_in(argument.body, function) | codes_in(argument.orelse, function)
    if isinstance(argument, ast.JoinedStr):
        assert ast.unparse(argument) == "f'was_{part}'", ast.unparse(argument)
        return {f"was_{part}" for move in MOVES.values() for part in move.never}
    if isinstance(argument, ast.Attribute):
        return set()
    names = {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}
    tables = [node.value for node in ast.walk(function) if isinstance(node, ast.Assign)
              and isinstance(node.value, ast.Dict) and {getattr(one, "id", "") for one in node.targets} & names]
    return {node.value for part in (argument, *tables) for node in ast.walk(part)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)}


def expected() -> set[str]:
    coded = {f"{group}.{code}" for group, codes in CODED.items() for code in codes}
    return set(phrases()) | coded | {f"refusal.{refusal.code}" for refusal in refusals()}


def test_the_app_is_seen_to_say_what_it_says() -> None:
    assert {"Accept", "Sign in", "Today", "date.day"} <= phrases()
    found = {refusal.code for refusal in refusals()}
    assert {"was_worker", "was_inspector", "was_caller", "category.missing", "category.unknown", "page.unknown",
            "request.too_many", "photo.too_many_pixels", "not_for_you", "sign_in.wrong"} <= found
    assert len(found) > 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there(language: str) -> None:
    assert sorted(expected() - set(words(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_there_that_nobody_says(language: str) -> None:
    assert sorted(set(words(language)) - expected()) == []
    assert dict(catalogue(language).obsolete) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty_or_doubtful(language: str) -> None:
    assert [key for key, text in words(language).items() if not text.strip() and key.strip()] == []
    assert [str(message.id) for message in catalogue(language) if message.fuzzy and message.id] == []


def test_the_chinese_words_are_chinese_and_the_english_ones_are_not() -> None:
    chinese = re.compile(r"[\u3400-\u9fff]")
    own_names = re.compile(r"\d+栋\d+单元\d+")
    assert [key for key, text in words("en").items() if chinese.search(own_names.sub("", text))] == []
    same = [key for key, text in words("zh_Hans_CN").items()
            if re.search(r"[A-Za-z]{2}", key) and not chinese.search(text) and not re.fullmatch(r"priority\.P\d", key)]
    assert same == []


def test_the_blanks_are_the_same_in_both_languages() -> None:
    chinese, english = words("zh_Hans_CN"), words("en")
    differing = [key for key in chinese.keys() & english.keys() if not key.startswith("date.")
                 and blanks(chinese[key]) != blanks(english[key])]
    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_blanks_of_a_phrase_are_those_of_its_english_text(language: str) -> None:
    spoken = words(language)
    assert [text for text in phrases() if "." not in text[:12] and text in spoken
            and blanks(spoken[text]) != blanks(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_blanks_of_a_refusal_are_of_the_kind_that_is_filled(language: str) -> None:
    assert [key for key, text in words(language).items() if key.startswith("refusal.") and "{" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_brings_the_facts_its_sentence_needs(language: str) -> None:
    spoken = words(language)
    lacking = [(refusal.where, refusal.code, blanks(spoken[f"refusal.{refusal.code}"]) - refusal.facts)
               for refusal in refusals() if not blanks(spoken.get(f"refusal.{refusal.code}", "")) <= refusal.facts]
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        kept = {message.id: message.string for message in read_mo(file) if message.id}
    assert kept == {message.id: message.string for message in read_mo(compiled) if message.id}


def test_every_part_in_an_order_is_a_refusal_with_a_word() -> None:
    assert {f"refusal.was_{part}" for part in PARTS.values()} <= set(words("en"))
