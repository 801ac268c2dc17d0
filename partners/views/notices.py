"""What one was told: a list of one's own, the newest first; opening what a notice is about marks it read."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from partners.models import Notice
from partners.models.notice import READ_DAYS
from partners.platform.frame.pages import StaffPage
from partners.platform.frame.pieces import Link
from partners.services.notices import mark_read

PAGE = 25


class Notices(StaffPage, TemplateView):
    template_name = "partners/notices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = Notice.objects.of(self.staff)
        only_unread = self.request.GET.get("show") == "unread"
        page = Paginator(mine.unread() if only_unread else mine, PAGE).get_page(self.request.GET.get("page"))
        here = reverse("partners:notices")
        tabs = [
            Link("All", here, is_here=not only_unread),
            Link("Not read yet", f"{here}?show=unread", is_here=only_unread),
        ]
        newest = mine.unread().first()
        return super().get_context_data(
            **kwargs, tabs=tabs, page=page, newest=newest, only_unread=only_unread, read_days=READ_DAYS
        )


class OneNotice(StaffPage):
    """Mark a notice read and go to the page it is about."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        notice = get_object_or_404(Notice.objects.of(self.staff), uid=uid)
        mark_read(Notice.objects.filter(pk=notice.pk))
        return HttpResponseRedirect(notice.link)


class AllRead(StaffPage):
    """Mark everything read up to the newest one that the page had shown: what came since stays unread."""

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        newest = get_object_or_404(Notice.objects.of(self.staff), uid=uid)
        number = mark_read(Notice.objects.of(self.staff).filter(pk__lte=newest.pk))
        messages.success(request, "1 notice is marked read." if number == 1 else f"{number} notices are marked read.")
        return HttpResponseRedirect(reverse("partners:notices"))
