from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from partners.models import StaffMember
from partners.platform.frame.navigation import areas_for

SHORTCUTS_COOKIE = "shortcuts"
SEARCH = "partners:search"


@dataclass(frozen=True)
class NavigationItem:
    title: str
    url: str
    is_here: bool
    is_this_page: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows: the person, the consortium, the other consortia they belong to."""
    staff = getattr(request, "staff", None)
    return {
        "staff": staff,
        "consortium": getattr(request, "consortium", None),
        "memberships": getattr(request, "memberships", []),
        "navigation": SimpleLazyObject(lambda: navigation_for(staff, request.path) if staff else []),
        "find_url": find_url(staff, request.path),
        "waits": staff is not None,
        "shortcuts": request.COOKIES.get(SHORTCUTS_COOKIE) != "off",
    }


def navigation_for(staff: StaffMember, path: str) -> list[NavigationItem]:
    """Return the areas a role opens; the one whose address is the longest beginning of this page's is current."""
    places = [(area.title, url) for area in areas_for(staff) if (url := _address(area.url_name))]
    here = max((url for _, url in places if _is_within(path, url)), key=len, default="")
    return [NavigationItem(title, url, is_here=url == here, is_this_page=url == path) for title, url in places]


def find_url(staff: StaffMember | None, path: str) -> str:
    """Return the address of the header's search; none on its own page, whose box is the same search."""
    url = _address(SEARCH) if staff else ""
    return "" if url == path else url


def _is_within(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:  # an area whose page is not there is not shown; a test names it
        return ""
