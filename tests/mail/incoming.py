"""Replies as mail programs write them, put together here: head, body and quote in each program's own manner."""
# ruff: noqa: E501  # their lines are as long as they are

from __future__ import annotations

from base64 import b64encode
from email.message import EmailMessage
from quopri import encodestring

ASKED = "Vault: no word for 12 days. Still right?\nAnswer here: https://plan.example.test/a/1.m1-same.x"
QUOTED = "\n".join(f"> {line}" for line in ASKED.splitlines())


def head(sender: str, to: str, **more: str) -> str:
    """The head every reply has. `n` makes its Message-ID another one."""
    given = {
        "From": f"Eli <{sender}>",
        "To": f"Longpole <{to}>",
        "Subject": "Re: 1 thing needs an answer: Vault",
        "Message-ID": f"<{more.pop('n', '1')}@mail.example.test>",
        "Date": "Mon, 1 Mar 2027 09:30:00 +0000",
        "MIME-Version": "1.0",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return "".join(f"{name}: {value}\r\n" for name, value in given.items())


def raw(sender: str, to: str, body: str, **more: str) -> bytes:
    """A reply in plain text."""
    text = head(sender, to, Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="8bit", **more)
    return (text + "\r\n" + body.replace("\n", "\r\n")).encode()


def html(sender: str, to: str, body: str, **more: str) -> bytes:
    """A reply in HTML alone, as quoted-printable."""
    text = head(sender, to, Content_Type='text/html; charset="utf-8"', Content_Transfer_Encoding="quoted-printable", **more)
    return text.encode() + b"\r\n" + encodestring(body.encode())


# What stands in a body beside the words, by mail program. {words} are those of whoever writes.
PLAIN = {
    "gmail": "{words}\n\nOn Mon, Mar 1, 2027 at 9:00 AM Longpole <answers+1@plan.example.test>\nwrote:\n\n" + QUOTED + "\n",
    "gmail, german": "{words}\n\nAm Mo., 1. März 2027 um 09:00 Uhr schrieb Longpole <\nanswers+1@plan.example.test>:\n\n"
    + QUOTED,
    "thunderbird": "{words}\n\n-- \nEli, Security\n\nOn 3/1/27 09:00, Longpole wrote:\n" + QUOTED + "\n",
    "thunderbird, german, below": "Am 01.03.27 um 09:00 schrieb Longpole:\n" + QUOTED + "\n\n{words}\n\n-- \nEli\n",
    "outlook": "{words}\n\nBest regards,\nEli\n\n________________\nFrom: Longpole <a@b.test>\nSent: Monday, March 1\n"
    "To: Eli <eli@example.test>\nSubject: 1 thing needs an answer: Vault\n\n" + ASKED,
    "outlook, german": "Hallo Tess,\n\n{words}\n\nMit freundlichen Grüßen\nEli\n\nVon: Longpole <a@b.test>\nGesendet: Montag\n"
    "An: Eli <eli@example.test>\nBetreff: 1 Sache braucht eine Antwort: Vault\n\n" + ASKED,
    "outlook, old": "{words}\n\n-----Original Message-----\nFrom: Longpole\nSent: Monday\nTo: Eli\n\n" + ASKED,
    "outlook, old, german": "{words}\n\n-----Ursprüngliche Nachricht-----\nVon: Longpole\nGesendet: Montag\n\n" + ASKED,
    "iphone": "{words}\n\nSent from my iPhone\n\n> On 1 Mar 2027, at 09:00, Longpole <a@b.test> wrote:\n> \n" + QUOTED + "\n",
    "iphone, german": "{words}\n\nVon meinem iPhone gesendet\n\n> Am 01.03.2027 um 09:00 schrieb Longpole <a@b.test>:\n> \n"
    + QUOTED,
    "apple mail": "{words}\n\nEli\n\n> On 1. Mar 2027, at 09:00, Longpole <a@b.test> wrote:\n>\n" + QUOTED,
    "outlook for ios": "{words}\n\nGet Outlook for iOS<https://aka.ms/x>\n____________\nFrom: Longpole\n\n" + ASKED,
    "plain": "{words}\n",
    "mutt": "On Mon, Mar 01, 2027 at 09:00:00AM +0000, Longpole wrote:\n" + QUOTED + "\n\n{words}\n",
}

HTML = {
    "gmail": '<div dir="ltr">{words}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
    'On Mon, Mar 1, 2027 Longpole wrote:<br></div><blockquote class="gmail_quote"><p>Vault</p><p>Done</p></blockquote></div>',
    "outlook": "<html><head><style>p {{margin:0}}</style></head><body lang=EN-US><div class=WordSection1><p class=MsoNormal>{words}<o:p></o:p>"
    "</p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
    "<p class=MsoNormal><b>From:</b> Longpole<br><b>Sent:</b> Monday<br><b>To:</b> Eli</p></div><p>Done</p></div></body></html>",
    "outlook on the web": '<div class="elementToProof">{words}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
    '<div id="divRplyFwdMsg" dir="ltr"><b>Von:</b> Longpole<br><b>Gesendet:</b> Montag<br><b>An:</b> Eli</div><div>Done</div>',
    "apple mail": '<html><body>{words}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 1. Mar 2027, '
    "Longpole wrote:</div><div>Done</div></blockquote></div></body></html>",
    "thunderbird": '<html><body><p>{words}</p><div class="moz-cite-prefix">Am 01.03.27 um 09:00 schrieb Longpole:<br></div>'
    '<blockquote type="cite" cite="mid:x"><p>Done</p></blockquote></body></html>',
    "yahoo": '<div class="yahoo-style-wrap"><div dir="ltr">{words}</div></div><div id="ydp1" class="yahoo_quoted"><div>On Monday, Longpole '
    "wrote:</div><div>Done</div></div>",
}


def by_program(name: str, sender: str, to: str, words: str, **more: str) -> bytes:
    """A reply as one of the programs above writes it; `html: gmail` for those in HTML alone."""
    kind, _colon, program = name.partition(": ")
    if kind == "html":
        return html(sender, to, HTML[program].format(words=words.replace("\n", "<br>")), **more)
    return raw(sender, to, PLAIN[program].format(words=words), **more)


PROGRAMS = [f"plain: {name}" for name in PLAIN] + [f"html: {name}" for name in HTML]


def with_both(sender: str, to: str, words: str) -> bytes:
    """A reply with a plain part, an HTML part and a picture, as most are."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, "AW: Vault", "<both@mail.example.test>"
    mail.set_content(PLAIN["gmail, german"].format(words=words))
    mail.add_alternative(HTML["gmail"].format(words="something else"), subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    return mail.as_bytes()


def in_latin(sender: str, to: str, words: str) -> bytes:
    """A reply in an old encoding, as base64."""
    text = head(sender, to, Content_Type="text/plain; charset=iso-8859-1", Content_Transfer_Encoding="base64")
    return text.encode() + b"\r\n" + b64encode(words.encode("iso-8859-1"))


AUTOMATIC = {
    "absence": {"Auto_Submitted": "auto-replied", "Subject": "Automatic reply: Vault"},
    "absence of exchange": {"Subject": "Automatische Antwort: 1 Sache braucht eine Antwort", "X_Auto_Response_Suppress": "All"},
    "absence by its subject": {"Subject": "Out of Office: back on Monday"},
    "bounce": {"Content_Type": 'multipart/report; report-type=delivery-status; boundary="b"', "Return_Path": "<>"},
    "bounce without a type": {"Return_Path": "<>"},
    "list": {"Precedence": "list", "List_Id": "<all.example.test>"},
    "vacation": {"Precedence": "bulk"},
    "our own": {"Auto_Submitted": "auto-generated"},
}
