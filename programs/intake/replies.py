"""A reply by mail: the bytes of a message become who wrote it, what it answers, and their own words without what they quote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

LONGEST = 20_000  # characters of one's own words
_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_ROBOTS = ("mailer-daemon@", "postmaster@", "no-reply@", "noreply@")
_AWAY = re.compile(
    r"^\s*(automatic reply|auto(matic)?[ -]?reply|out of (the )?office|undeliverable|delivery status notification"
    r"|automatische antwort|abwesenheitsnotiz|abwesend|unzustellbar|returned mail|mail delivery failed)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ud800-\udfff]"
)

# Where what somebody else wrote begins.
_WROTE = re.compile(
    r"^(on|am|le|el|il|op|em)\b.*(wrote|schrieb\b.*|a écrit|escribió|ha scritto|schreef|escreveu)\s?:$", re.IGNORECASE
)
_WROTE_BEGINS = re.compile(r"^(on|am|le|el|il|op|em)\b.*\d", re.IGNORECASE)
_DIVIDER = re.compile(
    r"^(-{2,}\s*(original message|original appointment|ursprüngliche nachricht|original-nachricht|forwarded message"
    r"|weitergeleitete nachricht|urspr\.? nachricht)\s*-{2,}|_{10,}|-{10,}|begin forwarded message:"
    r"|anfang der weitergeleiteten.*)$",
    re.IGNORECASE,
)
_HEAD_FROM = re.compile(r"^\*?(from|von|de)\s?:\*?\s", re.IGNORECASE)
_HEAD_NEXT = re.compile(r"^\*?(sent|gesendet|date|datum|to|an|subject|betreff|envoyé)\s?:\*?\s", re.IGNORECASE)
_SIGNED = re.compile(
    r"^(--|--\s|—|sent from (my|mail|outlook|yahoo).*|get outlook for.*|von meinem .{2,40} gesendet.*|gesendet (von|mit) .{2,60}"
    r"|diese nachricht wurde von meinem.*|holen sie sich outlook.*|outlook für (ios|android).*)$",
    re.IGNORECASE,
)
_BYE = re.compile(
    r"^((best|kind|warm|many)?\s?(regards|wishes|thanks)|cheers|thanks|thank you|many thanks|thx|br|best|sincerely"
    r"|mit (freundlichen|besten|lieben) grüßen|(viele|liebe|beste|freundliche|schöne|herzliche) grü(ß|ss)e?.{0,30}"
    r"|gruß|grüße|danke|vielen dank"
    r"|mfg|vg|lg|bg)\s?[,.!]?$",
    re.IGNORECASE,
)
_HELLO = re.compile(
    r"^(hi|hello|hey|dear|hallo|moin|servus|liebe[rs]?|guten (tag|morgen|abend)|good (morning|afternoon)"
    r"|sehr geehrte[rs]?)\b.{0,40}[,!.]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Received:
    """One message that came in. `automatic` means that no person wrote it: an absence, a bounce, a list."""

    message_id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    words: str
    automatic: bool
    doubted: bool  # the receiving server says that it does not come from where it says


def read(raw: bytes) -> Received:
    """Take a message apart; whatever is broken in it is left out, never raised."""
    mail = message_from_bytes(raw, policy=policy.default.clone(raise_on_defect=False))
    assert isinstance(mail, EmailMessage)
    senders = addresses(mail, "From")
    return Received(
        message_id=_header(mail, "Message-ID").strip()[:400],
        sender=senders[0] if len(senders) == 1 else "",
        to=tuple(address for name in _TO for address in addresses(mail, name)),
        subject=_header(mail, "Subject"),
        words=own_words(_text(mail)),
        automatic=_automatic(mail),
        doubted=bool(re.search(r"\bdmarc\s*=\s*fail", _header(mail, "Authentication-Results"), re.IGNORECASE)),
    )


def _header(mail: EmailMessage, name: str) -> str:
    """The first header of this name; "" when there is none, or none that can be read."""
    try:
        return _UNSEEN.sub("", str(mail.get(name, "")))
    except Exception:  # noqa: BLE001 - the parser of headers raises many kinds for what strangers write
        return ""


def addresses(mail: EmailMessage, name: str) -> list[str]:
    """The addresses in the headers of this name, in small letters; none when they cannot be read."""
    try:
        written = [str(each) for each in mail.get_all(name, [])]
    except Exception:  # noqa: BLE001 - as above
        return []
    return [address.strip().lower() for _label, address in getaddresses(written) if "@" in address]


def _automatic(mail: EmailMessage) -> bool:
    """Whether a machine wrote it (RFC 3834, and what mail programs do instead)."""
    submitted = _header(mail, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if (
        _header(mail, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
        or mail.get_content_type() == "multipart/report"
    ):
        return True
    if any(_header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "List-Id", "X-Failed-Recipients")):
        return True
    if _header(mail, "Return-Path").strip() == "<>" or _AWAY.match(_header(mail, "Subject")):
        return True
    return any(address.startswith(_ROBOTS) for address in addresses(mail, "From"))


def _text(mail: EmailMessage) -> str:
    """The words of the body: as plain text, else read out of the HTML."""
    try:
        plain = mail.get_body(("plain",))
        if plain is not None and (text := _content(plain)).strip():
            return text
        html = mail.get_body(("html",))
        return of_html(_content(html)) if html is not None else ""
    except Exception:  # noqa: BLE001 - a broken structure: there are no words to be had
        return ""


def _content(part: object) -> str:
    assert isinstance(part, EmailMessage)
    try:
        found = part.get_content()
    except (LookupError, ValueError):
        payload = part.get_payload(decode=True)
        found = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return found if isinstance(found, str) else ""


def own_words(text: str) -> str:
    """What somebody wrote themselves: without quotes, the mail below, greetings and signatures.

    >>> own_words("Hi Tess,\\nstill the same\\n\\nEli\\n-- \\nEli, Security\\n\\nOn Mon, 1 Mar 2027 Longpole wrote:\\n> done?")
    'still the same\\n\\nEli'
    """
    lines = [_UNSEEN.sub("", line).replace("\xa0", " ").strip() for line in text.splitlines()]
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith(">"):
            number += 1
            continue
        if length := _attribution(lines, number):
            following = next((each for each in lines[number + length :] if each), "")
            if not following.startswith(">"):
                break
            number += length
            continue
        written = any(kept)
        if _DIVIDER.match(line) or _head(lines, number) or _SIGNED.match(line) or (written and _BYE.match(line)):
            break
        kept.append(line)
        number += 1
    return _without_greeting(kept)[:LONGEST]


def _attribution(lines: list[str], number: int) -> int:
    """How many lines "On … wrote:" takes here, up to three; 0 when it is none."""
    if not _WROTE_BEGINS.match(lines[number]):
        return 0
    for length in (1, 2, 3):
        if _WROTE.match(" ".join(lines[number : number + length])):
            return length
    return 0


def _head(lines: list[str], number: int) -> bool:
    """Whether the head of another mail begins here, as Outlook writes it."""
    return (
        bool(_HEAD_FROM.match(lines[number]))
        and sum(bool(_HEAD_NEXT.match(line)) for line in lines[number + 1 : number + 6]) >= 2
    )


def _without_greeting(lines: list[str]) -> str:
    found = "\n".join(lines).strip().split("\n")
    if len(found) > 1 and _HELLO.match(found[0]):
        found = found[1:]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(found)).strip()


def of_html(html: str) -> str:
    """The words of an HTML body, a line for each block, without what is quoted in it."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.found)


_BLOCKS = frozenset("p div br tr li ul ol table h1 h2 h3 h4 hr pre section article".split())
_SILENT = frozenset({"style", "script", "head", "title", "blockquote"})
_VOID = frozenset("br hr img meta link input area base col embed source track wbr".split())
_QUOTING = re.compile(r"gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|x_divrplyfwdmsg", re.IGNORECASE)
_THE_REST = frozenset({"divrplyfwdmsg", "appendonsend", "stopspelling", "mail-editor-reference-message-container"})
_RULE = re.compile(
    r"border-top\s*:\s*solid\s*#(e1e1e1|b5c4df)", re.IGNORECASE
)  # the line Outlook draws above the mail it answers


class _Words(HTMLParser):
    """Reads until the mail that is answered begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent: list[str] = []  # open elements, from the first that is not read
        self.over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id", "").lower() in _THE_REST or _RULE.search(given.get("style", "").replace(" ", "")):
            self.over = True
        if tag in _BLOCKS and not self.silent:
            self.found.append("\n")
        quoting = tag in _SILENT or _QUOTING.search(given.get("class", ""))
        if tag not in _VOID and (self.silent or quoting):
            self.silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            while self.silent and self.silent.pop() != tag:
                pass
        elif tag in _BLOCKS and not self.silent:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent and not self.over:
            self.found.append(" ".join(data.split("\n")))
