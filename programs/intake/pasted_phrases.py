"""What is said of a cell that was pasted, and what to do about it, by code. Doors translate these texts."""

from __future__ import annotations

from programs.intake.phrases import gettext_noop as _

SENTENCES: dict[str, str] = {
    # The paste as a whole.
    "nothing_pasted": _("There are no rows yet. Copy them in your spreadsheet and paste them here."),
    "too_many_pasted": _("There are %(rows)s rows; at most %(limit)s can be pasted at once. Paste the rest afterwards."),
    "pasted_quote": _(
        "A quotation mark opens in the text and nothing closes it. Close it, or paste from the spreadsheet itself."
    ),
    "pasted_workbook": _("%(name)s is a workbook. Save it as CSV UTF-8 in your spreadsheet, and choose that file."),
    "pasted_encoding": _("%(name)s is not UTF-8 from line %(line)s on. Save it as CSV UTF-8 in your spreadsheet."),
    "too_many_columns": _("There are %(columns)s columns; at most %(limit)s are read. Take out what is not needed here."),
    "pasted_large": _("The rows hold more than %(limit)s characters. Take out columns that are not needed here."),
    # Its columns.
    "pasted_no_column": _("No column is the name. Choose the one that says what is reached."),
    "pasted_column_twice": _("Another column is this already. Choose something else, or leave one of them out."),
    # Which row it is.
    "pasted_key_twice": _("Row %(first)s has this key already. Keep one of the two rows."),
    "pasted_key_new": _("%(key)s is no key of this program, so a new milestone is added. Other rows may call it %(key)s."),
    "pasted_no_name": _("Give it a name."),
    "pasted_name_here": _("%(key)s has this name already. Write its key to change it instead."),
    "pasted_name_twice": _("Row %(first)s has the same name. Both will be added."),
    "too_long": _("Use at most %(limit)s characters; this has %(length)s."),
    "control": _("Characters that cannot be shown were taken out."),
    "lines": _("Line breaks were taken out."),
    # What it names.
    "pasted_lane": _("No workstream of this program is called %(name)s. Decide above."),
    "pasted_lane_name": _("A workstream needs a name of at most 200 characters."),
    "pasted_owner": _("Nobody in this program is called %(name)s. Decide above."),
    "pasted_owner_new": _("Nobody in a program of yours is called %(name)s. Decide above."),
    "pasted_owner_many": _("%(count)s members may be meant. Write the whole name or the e-mail address."),
    # Days and lengths.
    "pasted_day": _("Not a date. Write 2027-03-12, “12 mar”, “fri” or “+3d”, from 1970 to 2100."),
    "pasted_either_way": _("Day and month could be either way round. Say above which comes first."),
    "pasted_order": _("The target is before the start, %(start)s. Choose a later target or an earlier start."),
    "pasted_days": _("Write a number of days such as 5, 5d or 2w, up to 3650, with at most 4 decimals."),
    "pasted_unit": _("“%(unit)s” is no length known here. Write days or weeks, such as 5d or 2w; 3ed are calendar days."),
    "pasted_estimate": _(
        "Write three lengths from least to most, such as 8 / 10 / 25, or one word: sure, fairly sure, rough or guess."
    ),
    # Links.
    "pasted_reference": _("%(ref)s is no key, row number or single name here. Write a key such as SEC-3, or a row number."),
    "pasted_reference_like": _("%(ref)s is no key, row number or single name here. Did you mean %(like)s?"),
    "pasted_percent": _("A lag is a number of days here. Write it as days, such as FS+2d."),
    "pasted_many": _("Write at most %(limit)s predecessors in one cell."),
    "pasted_many_links": _("A milestone may have at most %(limit)s links. Take some out."),
    "pasted_link_twice": _("%(ref)s stands there twice. Keep it once."),
    "pasted_unlink": _("Links are not removed by pasting. Remove it on the page of the milestone."),
    "pasted_self": _("A milestone cannot wait for itself. Take it out."),
    "pasted_loop": _("This would close a loop: %(loop)s. Take one of these links out."),
}
