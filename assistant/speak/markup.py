"""What language models and web pages write → plain text: no markdown, HTML, emoji or control characters."""

import html
import re
import unicodedata

_CODE_BLOCK = re.compile(r"(```|~~~).*?(\1|\Z)", re.DOTALL)
_IMAGE_OR_LINK = re.compile(
    r"!?\[([^\[\]\n]{0,300})\](?:\([^()\s]{0,500}(?:\s+\"[^\"\n]{0,200}\")?\)|\[[^\[\]\n]{0,80}\])"
)
_FOOTNOTE = re.compile(r"\[\^[^\[\]\n]{1,40}\]:?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>|<!--.*?(?:-->|\Z)", re.DOTALL)
_ADDRESS = re.compile(
    r"\b(?:https?|ftp)://(?:[^\s/@]{1,80}@)?(?:www\.)?([^\s/?#:<>()\[\]\"']{1,200})[^\s<>()\[\]\"']*",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_TABLE_RULE = re.compile(r"^\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*$")
_TABLE_ROW = re.compile(r"^\s*\|.*\|\s*$")
_ITEM = re.compile(r"^\s*(?:>\s*)*(?:#{1,6}\s+|[-*+•◦▪‣]\s+|\d{1,2}[.)]\s+(?=\D))")
_QUOTE = re.compile(r"^\s*(?:>\s*)+")
_MARKS = re.compile(r"[*_`|<>\[\]{}\\]|[#~^](?!\d)")
_EMOTICON = re.compile(r"(?<!\S)[:;]-?[()DPp|/](?!\S)")
_KEPT_SYMBOLS = frozenset("°%+=<>|~^`$€£¥₹÷±≈\u00d7\u2212")
_ENDS = ".!?,;:…"


def plain(text: str) -> str:
    """One line of plain text; list items, headings and table rows become sentences."""
    text = _CODE_BLOCK.sub("\n", html.unescape(text))
    text = _TAG.sub(" ", text)
    text = _IMAGE_OR_LINK.sub(r"\1", _FOOTNOTE.sub("", text))
    text = _ADDRESS.sub(lambda m: m[1].rstrip(".,;!"), text)
    lines = [_line(line) for line in text.replace("\r", "\n").split("\n")]
    text = _EMOTICON.sub("", "".join(_shown(sign) for sign in _joined(lines)))
    return " ".join(_MARKS.sub(" ", text).split())


def _line(line: str) -> tuple[str, bool]:
    """The line without its markup, and whether it must end as a sentence."""
    if _RULE.match(line) or _TABLE_RULE.match(line):
        return "", False
    if _TABLE_ROW.match(line):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        return ", ".join(cell for cell in cells if cell), True
    item = _ITEM.match(line)
    if item:
        return line[item.end() :].strip(), True
    return _QUOTE.sub("", line).strip(), False


def _joined(lines: list[tuple[str, bool]]) -> str:
    """Lines as one text; what an empty line follows ends as a sentence too."""
    text = ""
    blank_after = False
    for line, sentence in reversed(lines):
        bare = line.rstrip("*_`~ ")
        ends = bool(bare) and (sentence or (blank_after and bool(text))) and bare[-1] not in _ENDS
        if line:
            text = f"{bare}.\n{text}" if ends else f"{line}\n{text}"
        blank_after = not line
    return text


def _shown(sign: str) -> str:
    """The sign; a space for white space; nothing for emoji, invisible and unassigned signs."""
    if sign in _KEPT_SYMBOLS or (sign.isascii() and sign.isprintable()):
        return sign
    if sign.isspace():
        return " "
    kind = unicodedata.category(sign)
    if kind in ("So", "Sk", "Sm"):
        return " "
    hidden = kind[0] == "C" or kind == "Me" or "\ufe00" <= sign <= "\ufe0f"
    return "" if hidden else sign
