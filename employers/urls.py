from django.urls import URLPattern, URLResolver, path

from employers.kinds import KINDS
from employers.views import directory, duplicates, handing_on, moved
from partners.platform.records.pages import kind_urls

app_name = "employers"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", directory.Directory.as_view(), {"slug": "employers"}, name="employers"),
    path("suggest/", directory.Suggest.as_view(), name="suggest"),
    path("suggest/vacancies/", directory.SuggestVacancy.as_view(), name="suggest-vacancies"),
    path("hand-on/", handing_on.HandOn.as_view(), name="hand-on"),
    path("hand-on/undo/", handing_on.UndoHandOn.as_view(), name="hand-on-undo"),
    path("duplicates/", duplicates.Duplicates.as_view(), name="duplicates"),
    path("merges/<uuid:uid>/separate/", duplicates.Separate.as_view(), name="separate"),
    path("<uuid:uid>/merge/", duplicates.Merge.as_view(), name="merge"),
    path("<uuid:uid>/merge/choose/", duplicates.ChooseOther.as_view(), name="choose-other"),
    path("<uuid:uid>/", directory.EmployerPage.as_view(), name="employer"),
    path("add/", moved.Add.as_view(slug="employers"), name="add"),
    path("<uuid:uid>/change/", moved.Change.as_view(slug="employers"), name="change"),
    path("<uuid:uid>/contact/", moved.LogOfEmployer.as_view(slug="contacts"), name="record-contact"),
    path("<uuid:uid>/manager/", moved.AddOfEmployer.as_view(slug="account-managers"), name="give-manager"),
    path("<uuid:uid>/agreements/add/", moved.AddOfEmployer.as_view(slug="agreements"), name="add-agreement"),
    path("<uuid:uid>/agreements/<uuid:entry>/end/", moved.End.as_view(slug="agreements"), name="end-agreement"),
    path("<uuid:uid>/vacancies/add/", moved.LogOfEmployer.as_view(slug="vacancies"), name="open-vacancy"),
    *kind_urls("employers", KINDS),
]
