from django.urls import URLPattern, URLResolver, path

from employers.kinds import KINDS
from employers.views import directory, duplicates, handing_on
from partners.platform.records.pages import kind_urls

app_name = "employers"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", directory.Directory.as_view(), name="employers"),
    path("suggest/", directory.Suggest.as_view(), name="suggest"),
    path("suggest/vacancies/", directory.SuggestVacancy.as_view(), name="suggest-vacancies"),
    path("hand-on/", handing_on.HandOn.as_view(), name="hand-on"),
    path("hand-on/undo/", handing_on.UndoHandOn.as_view(), name="hand-on-undo"),
    path("add/", directory.AddEmployer.as_view(), name="add"),
    path("duplicates/", duplicates.Duplicates.as_view(), name="duplicates"),
    path("merges/<uuid:uid>/separate/", duplicates.Separate.as_view(), name="separate"),
    path("<uuid:uid>/merge/", duplicates.Merge.as_view(), name="merge"),
    path("<uuid:uid>/merge/choose/", duplicates.ChooseOther.as_view(), name="choose-other"),
    path("<uuid:uid>/", directory.EmployerPage.as_view(), name="employer"),
    path("<uuid:uid>/change/", directory.ChangeEmployer.as_view(), name="change"),
    path("<uuid:uid>/contact/", directory.RecordContact.as_view(), name="record-contact"),
    path("<uuid:uid>/manager/", directory.GiveManager.as_view(), name="give-manager"),
    path("<uuid:uid>/agreements/add/", directory.AddAgreement.as_view(), name="add-agreement"),
    path("<uuid:uid>/agreements/<uuid:entry>/end/", directory.EndAgreement.as_view(), name="end-agreement"),
    path("<uuid:uid>/vacancies/add/", directory.OpenVacancy.as_view(), name="open-vacancy"),
    *kind_urls("employers", KINDS),
]
