"""HTML with its white space as a browser shows it, so that a test does not depend on how a template is laid out."""

import re

KEPT = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
BLOCKS = (
    "html|head|title|body|meta|link|address|article|aside|blockquote|br|dd|div|dl|dt|details|dialog|fieldset|figcaption"
    "|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|caption|thead|tbody|tfoot|tr|th|td|ul"
    "|option"
)
AROUND_BLOCKS = re.compile(rf" ?(</?(?:{BLOCKS})(?: [^<>]*)?>) ?")
INSIDE_BUTTONS = re.compile(r"(<button(?: [^<>]*)?>) | (?=</button>)")


def as_shown(html: str) -> str:
    parts = KEPT.split(html)
    parts[2::3] = [""] * len(parts[2::3])
    parts[::3] = [_collapsed(part) for part in parts[::3]]
    return "".join(parts)


def _collapsed(html: str) -> str:
    text = re.sub(r"\s+", " ", html).replace(" >", ">")
    return INSIDE_BUTTONS.sub(r"\1", AROUND_BLOCKS.sub(r"\1", text))
