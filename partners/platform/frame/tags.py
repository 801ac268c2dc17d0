"""Filters and tags of every page; built in, so that no template needs to load them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms, template
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from partners.models import StaffMember
from partners.permissions import Capability, may
from partners.platform.dates import long_date, short_date
from partners.platform.frame.charts import Chart
from partners.platform.frame.pieces import Event, Fact, Link, Step

register = template.Library()


@register.filter
def allowed(staff: StaffMember, capability: str) -> bool:
    """Tell whether the reader may do what a link or button leads to: nobody is offered a page that refuses them."""
    return may(staff, Capability(capability))


@register.filter
def on(value: Any) -> str:
    """A date in a table: ``3 Jul 2007``."""
    return short_date(_day(value)) if value else ""


@register.filter
def on_long(value: Any) -> str:
    """A date in text: ``3 July 2007``."""
    return long_date(_day(value)) if value else ""


@register.filter
def at(value: datetime | None) -> str:
    """A moment: ``3 Jul 2007, 14:05``, in local time."""
    return f"{short_date(_day(value))}, {timezone.localtime(value):%H:%M}" if value else ""


@register.filter
def ago(value: date | datetime | None) -> str:
    """How long ago a day was, in words: ``today``, ``yesterday``, ``4 days ago``, ``in 3 days``, else the date."""
    if not value:
        return ""
    days = (timezone.localdate() - _day(value)).days
    near = {0: "today", 1: "yesterday", -1: "tomorrow"}
    if days in near:
        return near[days]
    if abs(days) > 60:
        return short_date(_day(value))
    return f"{days} days ago" if days > 0 else f"in {-days} days"


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def money(value: Any) -> str:
    """Pounds: ``£12,300.50``; blank is not zero."""
    if value is None or value == "":
        return ""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}"


@register.filter
def number(value: Any) -> str:
    """A count with thousands separated: ``12,300``; blank stays blank."""
    return "" if value is None or value == "" else f"{value:,}"


@register.filter
def family_given(person: Any) -> str:
    """A person in a list: ``Family, Given``; staff, who have one name, as it is."""
    if person is None:
        return ""
    family, given = getattr(person, "family_name", ""), getattr(person, "given_name", "")
    return ", ".join(part for part in (family, given) if part) or str(person)


@register.filter
def given_family(person: Any) -> str:
    """A person in a title or a sentence: ``Given Family``."""
    if person is None:
        return ""
    family, given = getattr(person, "family_name", ""), getattr(person, "given_name", "")
    return " ".join(part for part in (given, family) if part) or str(person)


@register.filter
def words(value: Any) -> str:
    """A stored word as people read it: ``in_progress`` → ``In progress``."""
    text = str(value or "").replace("_", " ")
    return text[:1].upper() + text[1:]


@register.filter
def initials(name: str) -> str:
    """The first letters of a name's first and last word, for a narrow header: ``Amina Foxbourne`` → ``AF``."""
    parts = str(name).split("@")[0].split() or ["?"]
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper()


MOST_ON_A_BADGE = 99


@register.filter
def badge(count: int) -> str:
    """A count that fits a badge."""
    return str(count) if count <= MOST_ON_A_BADGE else f"{MOST_ON_A_BADGE}+"


@register.filter
def has_error(widget: dict[str, Any]) -> bool:
    """Tell whether Django marked a widget as wrong."""
    return bool(widget["attrs"].get("aria-invalid") == "true")


@register.filter
def other_attrs(widget: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """A widget's attributes without its class, which the template writes, and ``required``, which we say in words."""
    return [(k, v) for k, v in widget["attrs"].items() if k not in {"class", "required"} and v is not False]


@register.simple_tag
def options(widget: dict[str, Any]) -> SafeString:
    """The options of a select, written in one go: a template inside a template for each is twenty times slower."""
    parts = []
    for group, choices, _ in widget["optgroups"]:
        inside = format_html_join("", '<option value="{}"{}>{}</option>', (_option(choice) for choice in choices))
        parts.append(format_html('<optgroup label="{}">{}</optgroup>', group, inside) if group else inside)
    return SafeString("".join(parts))


def _option(choice: dict[str, Any]) -> tuple[str, SafeString, Any]:
    value = choice["value"]
    attrs = flatatt(dict(other_attrs(choice))) if choice["attrs"] else SafeString("")
    return "" if value is None else str(value), attrs, choice["label"]


@register.filter
def widget_kind(field: forms.BoundField) -> str:
    """Which markup a field needs: one checkbox, a group of boxes, a hidden field or a plain control."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "group" if widget.use_fieldset else "control"


UNSAID = "This field is required."


@register.filter
def messages_of(field: forms.BoundField) -> list[str]:
    """What is wrong with a field; for a blank that its form has no words for, what to do about it."""
    return [_what_to_do(field) if str(message) == UNSAID else str(message) for message in field.errors]


def _what_to_do(field: forms.BoundField) -> str:
    label = str(field.label)
    label = label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"
    chooses = isinstance(field.field.widget, (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple))
    return f"Choose an answer for “{label}”." if chooses else f"Enter an answer for “{label}”."


def error_target(field: forms.BoundField) -> str:
    return field.id_for_label or f"{field.auto_id}_0"


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any = None) -> dict[str, Any]:
    """The GOV.UK error summary of a form; nothing when there is nothing to say."""
    if not isinstance(form, forms.BaseForm) or not form.is_bound or not form.errors:
        return {"errors": []}
    errors: list[tuple[str, str]] = [("", str(message)) for message in form.non_field_errors()]
    for field in form:
        errors += [(error_target(field), message) for message in messages_of(field)]
    return {"errors": errors}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's own query string with some parts changed; a value of None leaves a part out."""
    parts = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            parts.pop(name, None)
        elif isinstance(value, (list, tuple)):
            parts.setlist(name, [str(each) for each in value])
        else:
            parts[name] = str(value)
    return f"?{parts.urlencode()}"


TAG_COLOURS = {
    "good": "green",
    "done": "green",
    "warning": "yellow",
    "bad": "red",
    "late": "red",
    "new": "blue",
    "waiting": "light",
    "running": "blue",
    "quiet": "grey",
    "special": "purple",
}
TAG_SHAPES = {"green": "●", "yellow": "▲", "red": "■", "blue": "◆", "grey": "○", "purple": "★", "light": "◌"}


@register.simple_tag
def tag(text: Any, tone: str = "quiet") -> SafeString:
    """A status: a word, with a colour and a shape that only repeat it."""
    colour = TAG_COLOURS.get(tone, "grey")
    return format_html(
        '<strong class="govuk-tag app-tag govuk-tag--{}"><span class="app-tag__shape" aria-hidden="true">{}</span>{}'
        "</strong>",
        colour,
        TAG_SHAPES[colour],
        text,
    )


@register.simple_tag
def row_link(url: str, text: str, about: Any) -> SafeString:
    """A link of a row: what it is about is said to those who hear it alone."""
    hidden = format_html('<span class="govuk-visually-hidden">{}</span>', about)
    return format_html('<a class="govuk-link" href="{}">{}{}</a>', url, text, hidden)


@register.filter
def event_when(event: Event) -> str:
    """When an entry of a timeline happened: a day, or a moment where the hour is known."""
    return at(event.at) if isinstance(event.at, datetime) else long_date(event.at)


@register.inclusion_tag("components/summary_list.html")
def summary_list(facts: Iterable[Fact], *, is_plain: bool = False) -> dict[str, Any]:
    return {"facts": facts, "is_plain": is_plain}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Event]) -> dict[str, Any]:
    return {"events": events}


@register.inclusion_tag("components/tabs.html")
def tabs(links: Iterable[Link], label: str = "Views") -> dict[str, Any]:
    return {"links": links, "label": label}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """``{% breadcrumbs "Caseload" url "Client" url %}``: titles and addresses in turn, the page itself left out."""
    return {"links": [Link(title, url) for title, url in zip(pairs[::2], pairs[1::2], strict=True)]}


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "", url: str = "", action: str = "Begin") -> dict[str, Any]:
    """What would be here, and how to begin."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("components/step_bar.html")
def step_bar(steps: Iterable[Step], label: str = "Steps") -> dict[str, Any]:
    return {"steps": steps, "label": label}


@register.inclusion_tag("components/stat_tiles.html")
def stat_tiles(counts: Iterable[Any]) -> dict[str, Any]:
    """Numbers as tiles: anything with number, text, url, tone and note, as ``partners.platform.frame.today.Count``."""
    return {"counts": counts}


@register.inclusion_tag("components/waiting.html")
def waiting(counts: Sequence[Any], name: str = "waiting") -> dict[str, Any]:
    """What waits for the reader, as the menu behind the bell."""
    return {"counts": counts, "number": sum(count.number for count in counts), "id": name}


@register.inclusion_tag("components/chart.html")
def chart(picture: Chart, csv_url: str = "") -> dict[str, Any]:
    """A picture with its table beside it and, given an address, its CSV."""
    return {"chart": picture, "picture": picture.svg(), "csv_url": csv_url}


@register.inclusion_tag("components/job_progress.html")
def job_progress(job: Any, *, is_sample: bool = False) -> dict[str, Any]:
    """How far a job is; while it goes on, the piece asks again by itself, unless it only shows how it looks."""
    return {"job": job, "is_sample": is_sample}


@register.inclusion_tag("components/table.html", takes_context=True)
def table(context: template.Context, listed: Any) -> dict[str, Any]:
    """A :class:`partners.platform.lists.tables.Table` within another page."""
    return {"table": listed, "request": context["request"]}
