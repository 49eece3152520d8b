"""What a word in a reply does to what it is about: the same actions as on the pages, by the same person, with the same rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from programs.actions import blockers, milestones, notices, risks, updates
from programs.actions.errors import Refused
from programs.intake.said import Word
from programs.models import Answer, Blocker, Milestone, Person, Risk, Said
from programs.models.text import MILESTONE_NAME_LIMIT
from programs.queries import access
from programs.queries.milestone import open_blocker
from programs.queries.replies import Item
from programs.summaries import paths, words


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a sentence, and what it was done to."""

    said: str
    row: Milestone | Blocker | Risk | None = None

    def line(self) -> tuple[str, str]:
        """The sentence with the address of the page behind it."""
        if isinstance(self.row, Blocker):
            return self.said, paths.blocker(self.row.program.slug, self.row.number)
        if isinstance(self.row, Milestone):
            return self.said, paths.milestone(self.row.program.slug, self.row.key)
        return self.said, paths.risks(self.row.program.slug) if self.row else paths.my_work()


def act(item: Item, word: Word, *, by: Person, at: datetime) -> Done:
    """Do what is said. Refused, 403 and 404 say why not."""
    if item.notice is not None and word.code in {"seen", "contested"}:
        return _to_notice(item, word, by=by, at=at)
    if isinstance(item.row, Risk):
        return _risk(item.row, word, by=by, at=at)
    if isinstance(item.row, Blocker):
        blocker = access.blocker_anywhere(item.row.pk, by=by, may="update")
        return Done(_blocker(blocker, word, so_what=item.so_what, by=by, at=at), blocker)
    row = access.milestone_anywhere(item.row.pk, by=by, may="update")
    return Done(_milestone(row, word, by=by, at=at), row)


def _to_notice(item: Item, word: Word, *, by: Person, at: datetime) -> Done:
    notice = item.notice
    assert notice is not None
    access.require(notice.program, by, "view")
    answer = Answer.ACKNOWLEDGED if word.code == "seen" else Answer.CONTESTED
    notices.answer(notice=notice, answer=answer, note=words.line(word.text, 500), by=by, at=at)
    if answer == Answer.ACKNOWLEDGED:
        return Done(_("You have seen the new date of %(key)s.") % {"key": item.key}, item.row)
    return Done(_("You contest the new date of %(key)s: %(note)s") % {"key": item.key, "note": words.line(word.text)}, item.row)


def _milestone(row: Milestone, word: Word, *, by: Person, at: datetime) -> str:
    key = {"key": row.key}
    if word.code == "same":
        milestones.still_the_same(milestone=row, by=by, at=at)
        return _with_note(_("%(key)s is still the same") % key, row, word.text, by=by, at=at)
    if word.code in SAID_SO:
        milestones.say(milestone=row, said=SAID_SO[word.code], note=word.text, by=by, at=at)
        spoken = {
            "done": _("%(key)s is done"),
            "on_track": _("%(key)s is on track"),
            "at_risk": _("%(key)s is at risk"),
        }
        return spoken[word.code] % key
    if word.code == "date":
        milestones.reschedule(milestone=row, version=None, date=word.day, by=by, at=at, reason=words.line(word.text, 500))
        return _("%(key)s is expected %(day)s") % {**key, "day": words.full_day(word.day) if word.day else ""}
    if word.code == "blocked":
        return _block(row, word.text, by=by, at=at)
    if word.code == "cleared":
        found = open_blocker(row)
        if found is None:
            raise Refused(_("Nothing blocks %(key)s.") % key)
        return _clear(found, word.text, by=by, at=at)
    return _comment(row, word, by=by, at=at)


SAID_SO = {"done": Said.DONE, "on_track": Said.ON_TRACK, "at_risk": Said.AT_RISK}


def _block(row: Milestone, text: str, *, by: Person, at: datetime) -> str:
    reason, _line, rest = text.partition("\n")
    if not reason.strip():
        raise Refused(_("Say why: “blocked: no access to the vault”."))
    made = blockers.block(milestone=row, title=words.line(reason, MILESTONE_NAME_LIMIT), by=by, at=at)
    said = _("%(key)s is blocked by %(blocker)s: %(reason)s")
    return _with_note(said % {"key": row.key, "blocker": made.key, "reason": made.title}, row, rest, by=by, at=at)


def _blocker(row: Blocker, word: Word, *, so_what: bool, by: Person, at: datetime) -> str:
    if word.code == "same":
        blockers.still_the_same(blocker=row, by=by, at=at)
        return _("%(key)s is still the same") % {"key": row.key}
    if word.code in {"cleared", "done"}:
        return _clear(row, word.text, by=by, at=at)
    if word.code == "date":
        saved = blockers.new_date(blocker=row, expected_clear=word.day, by=by, at=at)
        return _("%(key)s clears %(day)s") % {"key": saved.key, "day": words.full_day(word.day) if word.day else ""}
    if so_what and not row.so_what:
        text = words.line(word.whole, 500)
        blockers.edit(blocker=row, version=row.version, changes={"so_what": text}, by=by, at=at)
        return _("What %(key)s means: %(text)s") % {"key": row.key, "text": words.line(text)}
    return _comment(row, word, by=by, at=at)


def _risk(row: Risk, word: Word, *, by: Person, at: datetime) -> Done:
    access.require(row.program, by, "plan")
    text = words.line(word.whole, 500)
    risks.edit(risk=row, version=row.version, changes={"so_what": text}, by=by, at=at)
    return Done(_("What %(key)s means: %(text)s") % {"key": row.key, "text": words.line(text)}, row)


def _clear(row: Blocker, text: str, *, by: Person, at: datetime) -> str:
    blockers.clear(blocker=row, resolution=words.line(text, 500), by=by, at=at)
    return _("%(key)s is cleared") % {"key": row.key}


def _comment(row: Milestone | Blocker, word: Word, *, by: Person, at: datetime) -> str:
    """Everything else is a word about it, for everybody to read."""
    milestone = row.milestone if isinstance(row, Blocker) else row
    note = word.whole if isinstance(row, Milestone) else f"{row.key}: {word.whole}"
    updates.write(program=row.program, milestone=milestone, note=note, by=by, at=at)
    return _("Kept as an update of %(key)s: %(text)s") % {"key": row.key, "text": words.line(word.whole)}


def _with_note(said: str, row: Milestone, text: str, *, by: Person, at: datetime) -> str:
    """Words below the answer are an update beside it."""
    if not text.strip():
        return said
    updates.write(program=row.program, milestone=row, note=text.strip(), by=by, at=at)
    return _("%(said)s. Kept beside it: %(text)s") % {"said": said, "text": words.line(text)}
