from django.urls import URLPattern, URLResolver, path

from caseload.views import caseload, client, entries, facts, matches, placed, quick, referrals, register, registers

app_name = "caseload"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", caseload.Caseload.as_view(), name="caseload"),
    path("today/", caseload.Worklist.as_view(), name="worklist"),
    path("register/", register.Register.as_view(), name="register"),
    path("referrals/", referrals.ReferralInbox.as_view(), name="referral-inbox"),
    path("referrals/<uuid:uid>/", referrals.OneReferral.as_view(), name="referral"),
    path("referrals/<uuid:uid>/<slug:step>/", referrals.ReferralStep.as_view(), name="referral-step"),
    path("matches/", matches.Matches.as_view(), name="matches"),
    path("matches/<uuid:uid>/", matches.OneMatch.as_view(), name="match"),
    path("matches/<uuid:uid>/merge/", matches.MergeMatch.as_view(), name="match-merge"),
    path("matches/<uuid:uid>/two-people/", matches.TwoPeople.as_view(), name="match-two-people"),
    path("employers/<uuid:uid>/people-placed/", placed.PeoplePlaced.as_view(), name="people-placed"),
    path("contracts/<uuid:uid>/outputs/", placed.ContractOutputs.as_view(), name="contract-outputs"),
    path("clients/<uuid:uid>/", client.ClientPage.as_view(), name="client"),
    path("clients/<uuid:uid>/timeline/", client.Timeline.as_view(), name="timeline"),
    path("clients/<uuid:uid>/quick/", quick.QuickEntry.as_view(), name="quick"),
    path("clients/<uuid:uid>/details/", facts.ChangeIdentity.as_view(), name="change-identity"),
    path("clients/<uuid:uid>/adviser/", facts.ChangeAdviser.as_view(), name="change-adviser"),
    path("clients/<uuid:uid>/refer/", referrals.SendReferral.as_view(), name="send-referral"),
    path("clients/<uuid:uid>/separate/", matches.SeparateRecord.as_view(), name="separate"),
    path("clients/<uuid:uid>/add/<slug:what>/", entries.AddEntry.as_view(), name="add"),
    path("clients/<uuid:uid>/consent/<uuid:entry>/withdraw/", facts.WithdrawConsent.as_view(), name="withdraw-consent"),
    path("clients/<uuid:uid>/plan/<uuid:entry>/<slug:step>/", client.StepAction.as_view(), name="step-action"),
    path("clients/<uuid:uid>/<slug:what>/<uuid:entry>/", entries.CorrectEntry.as_view(), name="correct"),
    path("clients/<uuid:uid>/<slug:what>/<uuid:entry>/end/", entries.EndSpell.as_view(), name="end-spell"),
    path("clients/<uuid:uid>/<slug:what>/<uuid:entry>/undo/", client.Undo.as_view(), name="undo"),
    path("records/", registers.Records.as_view(), name="records"),
    path("records/<slug:slug>/", registers.RecordList.as_view(), name="register"),
    path("records/<slug:slug>/<uuid:uid>/", registers.Record.as_view(), name="record"),
]
