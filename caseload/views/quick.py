"""The quick entry line: what one would say is understood and shown back as fields before it is saved.

Each fact of the line opens its own form. The line goes along in the address as ``said`` with the number of the fact, so
that the form shows what was said, what was understood and what is asked, and leads to the next fact once it is saved.
"""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from caseload.models import Client, ClientCircumstance
from caseload.queries.clients import may_read
from caseload.quick.reading import Choice, Fact, Understood, understand
from caseload.views.base import AboutClient
from partners.permissions import Capability

NOTED = {"activity", "stage", "action", "referral"}  # their forms keep the whole line


class QuickEntry(AboutClient):
    """Understand the line and open the right form, filled in."""

    capability = Capability.RECORD_JOURNEY

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        line = FromQuickLine.read(request)
        return HttpResponseRedirect(self._url(line.fact, line))

    def _url(self, fact: Fact, line: "QuickLine") -> str:
        if fact.what == "circumstance-end" and (spell := self._open_spell(str(fact.fields.get("code", "")))):
            return line.on(reverse("caseload:end-spell", args=[self.client.uid, "circumstance", spell.uid]))
        return line.on(form_url(self.client, fact.what))

    def _open_spell(self, code: str) -> ClientCircumstance | None:
        """Find the one spell that can have ended, of those this reader may read."""
        spells = self.client.circumstances.filter(code=code, to_date__isnull=True)
        found = [spell for spell in spells[:2] if may_read(self.sight, spell)]
        return found[0] if len(found) == 1 else None


def form_url(client: Client, what: str) -> str:
    if what == "referral":
        return reverse("caseload:send-referral", args=[client.uid])
    return reverse("caseload:add", args=[client.uid, {"circumstance-end": "circumstance"}.get(what, what)])


class QuickLine:
    """A line with the fact of it that a form is about."""

    def __init__(self, said: str, number: int) -> None:
        self.understood: Understood = understand(said, today=timezone.localdate())
        self.number = number if number < len(self.understood.facts) else 0

    @property
    def fact(self) -> Fact:
        return self.understood.facts[self.number]

    @property
    def more(self) -> tuple[Fact, ...]:
        return self.understood.facts[self.number + 1 :]

    def on(self, url: str, **fields: Any) -> str:
        said = self.understood.said
        parts = {**({"said": said} if said else {}), **({"fact": self.number} if self.number else {}), **fields}
        return f"{url}?{urlencode(parts)}" if parts else url


class FromQuickLine:
    """Mixed into a form page that a quick line may open: ``filled_by`` names the facts that it keeps."""

    filled_by: tuple[str, ...] = ()
    request: HttpRequest
    client: Client

    @staticmethod
    def read(request: HttpRequest) -> QuickLine:
        number = request.GET.get("fact", "")
        return QuickLine(request.GET.get("said", ""), int(number) if re.fullmatch("[1-8]", number) else 0)

    @cached_property
    def line(self) -> QuickLine | None:
        return self.read(self.request) if self.request.GET.get("said", "").strip() else None

    @property
    def said_fields(self) -> dict[str, Any]:
        """The fields that the line fills in, where the page is the form of its fact."""
        line = self.line
        return dict(line.fact.fields) if line and line.fact.what in self.filled_by else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        if (line := self.line) is None:
            return context  # type: ignore[no-any-return]
        return {
            **context,
            "said": line.understood.said,
            "fact": line.fact,
            "asked": [
                (each.text, [(c.label, self._choice_url(line, c)) for c in each.choices]) for each in line.fact.asked
            ],
            "more": line.more,
        }

    def _choice_url(self, line: QuickLine, choice: Choice) -> str:
        here = choice.what in self.filled_by
        chosen = (
            {name: value for name, value in self.request.GET.items() if name not in {"said", "fact"}} if here else {}
        )
        url = self.request.path if here else form_url(self.client, choice.what)
        return line.on(url, **{**chosen, **choice.fields})

    def next_url(self, usual: str) -> str:
        """Lead on to the next fact of the line; say which words of this one no field has kept."""
        if (line := self.line) is None:
            return usual
        if line.fact.unread and line.fact.what not in NOTED:
            messages.info(self.request, f"No field has kept these words of yours: “{line.fact.unread}”.")
        if not line.more:
            return usual
        return QuickLine(line.understood.said, line.number + 1).on(reverse("caseload:quick", args=[self.client.uid]))
