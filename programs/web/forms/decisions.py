"""Put a question, say what can be chosen and what counts, decide, and look later at what came true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs import models
from programs.actions.decisions import MOST_HOLDS
from programs.queries.decisions import held_by, seen_drafts
from programs.queries.risks import struck_named
from programs.summaries import weighing
from programs.web.forms import fields, grids
from programs.web.forms.base import Adding, Base, Editing, Rows
from programs.web.forms.dates import DateInWords
from programs.web.forms.grids import Column, GridField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from programs.models import Milestone, Person

LESS, MORE = "less", ""


class Keys(forms.Field):
    """Milestones by their keys: "API-3, APP-2"."""

    def __init__(self, program: models.Program) -> None:
        hint = _("Keys of milestones, with commas between. They stand still until the due date while nobody has decided.")
        super().__init__(label=_("What waits for it"), required=False, help_text=hint)
        self.program = program

    def prepare_value(self, value: Any) -> Any:
        """Write a list as one line."""
        return ", ".join(one.key for one in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[Milestone]:
        """Find each, or say which is unknown."""
        if isinstance(value, list | tuple):
            return list(value)
        words = [word.strip().upper() for word in str(value or "").split(",") if word.strip()]
        if len(words) > MOST_HOLDS:
            raise ValidationError(_("Name at most %(most)d milestones."), code="limit", params={"most": MOST_HOLDS})
        found = struck_named(self.program, [word for word in words if ">" not in word])
        unknown = [word for word in words if word not in found]
        if unknown:
            message = _("No milestone of this program has this key: %(words)s. Write keys such as SEC-3.")
            raise ValidationError(message, code="key", params={"words": ", ".join(unknown)[:200]})
        return list(dict.fromkeys(row for word in words if isinstance(row := found[word], models.Milestone)))


class Decision(Base):
    """The question, who answers it, by when, and what waits."""

    rows: ClassVar[Rows] = (("title",), ("background",), ("decider", "due_on"), ("holds",), ("owner",))
    title = fields.title(gettext_lazy("Question"), help_text=gettext_lazy("What is to be decided, in one sentence."))
    background = fields.text(gettext_lazy("Background"))
    due_on = DateInWords(label=gettext_lazy("Due"), help_text=gettext_lazy("By when it has to be decided."))

    def add_fields(self) -> None:
        """People are members; what waits belongs to the program."""
        self.fields["decider"] = fields.PersonField(self.program, _("Who decides"), also=getattr(self.row, "decider_id", None))
        label, hint = _("Owner"), _("Is told when the decision has to be made again.")
        self.fields["owner"] = fields.PersonField(self.program, label, also=getattr(self.row, "owner_id", None), help_text=hint)
        self.fields["holds"] = Keys(self.program)


class NewDecision(Decision, Adding):
    """A question nobody put yet."""


class EditDecision(Decision, Editing):
    """A question that is there."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: models.Decision, **options: Any) -> None:
        options["initial"] = {"holds": held_by(row), **(options.get("initial") or {})}
        super().__init__(data, row=row, **options)


class Options(Editing):
    """What counts and what can be chosen. The values of a criterion can be given once it is saved."""

    rows: ClassVar[Rows] = (("criteria",), ("options",))
    all_optional = True

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: models.Decision, by: Person, **options: Any) -> None:
        self.by = by
        super().__init__(data, row=row, **options)

    def add_fields(self) -> None:
        """One column for each criterion that is there, and the reader's own and shared drafts."""
        self.known = [row["name"] for row in self.row.criteria]
        mine = seen_drafts(self.row.program, by=self.by)
        gone = {str(row["draft"]) for row in self.row.options if row.get("draft")} - {str(pk) for pk in mine}
        drafts = [("", _("No draft")), *((str(pk), draft.name) for pk, draft in mine.items())]
        drafts += [(pk, _("A draft you cannot see")) for pk in sorted(gone)]
        directions = [(MORE, _("More is better")), (LESS, _("Less is better"))]
        self.fields["criteria"] = GridField(
            [
                Column("name", _("What counts"), limit=100),
                Column("unit", _("Unit"), limit=20),
                Column("weight", _("Weight"), number=True, low=0, high=100, limit=12),
                Column("less", _("Better"), choices=directions),
            ],
            most=weighing.MOST["criteria"],
            one=_("Criterion"),
            label=_("Criteria"),
            help_text=_("A weight from 0 to 100 says how much it counts; none counts as 1."),
        )
        values = [Column(f"v{at}", name, number=True, low=-2_000_000_000, limit=20) for at, name in enumerate(self.known)]
        self.fields["options"] = GridField(
            [
                Column("name", _("Option"), limit=200, wide=True),
                Column("note", _("What it means"), limit=500, wide=True),
                Column("days", _("Moves the finish, working days"), number=True, high=3650, limit=8),
                Column("draft", _("What-if draft"), choices=drafts),
                *values,
            ],
            most=weighing.MOST["options"],
            one=_("Option"),
            label=_("Options"),
            help_text=_("Days later; with a minus sooner. A what-if draft works the finish out."),
        )
        self.initial = {**self.initial, "criteria": self._shown_criteria(), "options": self._shown_options()}

    def _shown_criteria(self) -> list[dict[str, Any]]:
        return [{**row, "less": LESS if row.get("less") else MORE} for row in self.row.criteria]

    def _shown_options(self) -> list[dict[str, Any]]:
        """Values by the place of their criterion, as the columns are called."""
        found = []
        for row in self.row.options:
            said = row.get("values") or {}
            found.append({**row, **{f"v{at}": said.get(name, "") for at, name in enumerate(self.known)}})
        return found

    def given(self) -> dict[str, Any]:
        """Rows as a decision keeps them: values by the name their criterion has now."""
        return {"criteria": _criteria(self.cleaned_data["criteria"]), "options": self._options(self.cleaned_data)}

    @property
    def made_from(self) -> dict[str, Any] | None:  # type: ignore[override]
        """What the page showed, in the same words."""
        shown = super().made_from
        if shown is None or not {"criteria", "options"} <= shown.keys():
            return None
        return {"criteria": _criteria(shown["criteria"]), "options": self._options(shown)}

    def _options(self, said: Mapping[str, Any]) -> list[dict[str, Any]]:
        now = {row.get(grids.AT, at): row["name"] for at, row in enumerate(said["criteria"])}
        found = []
        for row in said["options"]:
            values = {now[at]: row[f"v{at}"] for at in range(len(self.known)) if at in now and row.get(f"v{at}")}
            kept = grids.plain([{name: row.get(name) for name in ("name", "note", "days")}])[0]
            kept |= {"draft": int(row["draft"])} if row.get("draft") else {}
            found.append(kept | ({"values": values} if values else {}))
        return found


def _criteria(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        kept = grids.plain([{**row, "less": ""}])[0] | {"weight": row.get("weight") or "1"}
        found.append(kept | ({"less": True} if row.get("less") else {}))
    return found


def expected(*, actual: bool = False) -> GridField:
    """What is expected to come true, each with a range; with `actual` also what it is."""
    columns = [
        Column("name", _("What"), limit=100),
        Column("unit", _("Unit"), limit=20),
        Column("low", _("At least"), number=True, low=-2_000_000_000, limit=20),
        Column("high", _("At most"), number=True, low=-2_000_000_000, limit=20),
    ]
    if actual:
        columns.append(Column("actual", _("Found"), number=True, low=-2_000_000_000, limit=20))
    hint = _("A value outside its range opens the decision again and tells its owner.")
    return GridField(columns, most=weighing.MOST["limits"], one=_("Expected value"), label=_("Expected values"), help_text=hint)


class Decide(Editing):
    """One of the options, why, and what is expected of it."""

    rows: ClassVar[Rows] = (("chosen",), ("outcome",), ("limits",), ("review_on",))
    outcome = fields.line(gettext_lazy("Why, or what exactly"))
    review_on = DateInWords(label=gettext_lazy("Look at it again"), help_text=gettext_lazy("When to see whether it came true."))

    def add_fields(self) -> None:
        """Options are those of the decision; none to choose from is an answer in words."""
        names = [(row["name"], row["name"]) for row in self.row.options]
        if names:
            self.fields["chosen"] = forms.ChoiceField(label=_("Decision"), choices=names, widget=forms.RadioSelect)
        self.fields["limits"] = expected()

    def given(self) -> dict[str, Any]:
        """Expected values without their empty cells."""
        given = super().given()
        return {"chosen": "", **given, "limits": grids.plain(given["limits"])}


class Check(Editing):
    """What came true."""

    rows: ClassVar[Rows] = (("limits",), ("review_on",))
    review_on = DateInWords(label=gettext_lazy("Look at it again"))

    def add_fields(self) -> None:
        """With a column for what was found."""
        self.fields["limits"] = expected(actual=True)

    def given(self) -> dict[str, Any]:
        """Rows without their empty cells."""
        given = super().given()
        return {**given, "limits": grids.plain(given["limits"])}


class Reopen(Editing):
    """Ask again, perhaps by another day."""

    rows: ClassVar[Rows] = (("due_on",),)
    due_on = DateInWords(label=gettext_lazy("Due"))


class Withdraw(Editing):
    """Nobody has to decide it any more."""

    rows: ClassVar[Rows] = (("outcome",),)
    outcome = fields.line(gettext_lazy("Why it is not needed"))
