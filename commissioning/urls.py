from typing import Any

from django.urls import URLPattern, URLResolver, path

from commissioning.kinds import KINDS
from commissioning.views import acts, appraisals, books, contracts, plan, provision, spend, variations
from partners.platform.records.pages import kind_urls

app_name = "commissioning"
MONEY: Any = contracts.MoneyList.as_view()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", contracts.ContractList.as_view(), {"slug": "contracts"}, name="contracts"),
    path("contracts/<uuid:uid>/", contracts.ContractPage.as_view(), name="contract"),
    path("contracts/<uuid:uid>/books/", books.ContractBooks.as_view(), name="contract-books"),
    path("contracts/<uuid:uid>/allocate/", acts.AskAllocation.as_view(), name="ask-allocation"),
    path("contracts/<uuid:uid>/facts/", contracts.ContractFactsPage.as_view(), name="contract-facts"),
    path("contracts/<uuid:uid>/profile/", variations.ProfilePage.as_view(), name="profile"),
    path("contracts/<uuid:uid>/vary/", variations.Vary.as_view(), name="vary"),
    path("variations/", MONEY, {"slug": "variations"}, name="variations"),
    path("variations/<uuid:uid>/", variations.VariationPage.as_view(), name="variation"),
    path("variations/<uuid:uid>/decide/", variations.DecideVariation.as_view(), name="variation-decide"),
    path("variations/<uuid:uid>/take-back/", variations.WithdrawVariation.as_view(), name="variation-withdraw"),
    path("contracts/<uuid:uid>/record-spend/", spend.RecordSpend.as_view(), name="record-spend"),
    path("contracts/<uuid:uid>/submit-spend/", spend.SubmitSpend.as_view(), name="submit-spend"),
    path("spend-records/<uuid:uid>/", spend.SpendRecordPage.as_view(), name="spend-record"),
    path("spend-records/<uuid:uid>/change/", spend.ChangeSpend.as_view(), name="spend-record-change"),
    path("spend-records/<uuid:uid>/answer/", spend.AnswerQuery.as_view(), name="spend-record-answer"),
    path("spend-records/<uuid:uid>/check/", spend.CheckSpend.as_view(), name="spend-record-check"),
    path("spend/<uuid:uid>/credit/", spend.RecordCredit.as_view(), name="credit"),
    path("spend/<uuid:uid>/pay/", acts.AskPayment.as_view(), name="ask-payment"),
    path("contributions/<uuid:uid>/receive/", acts.Receive.as_view(), name="receive"),
    path("acts/", acts.ActList.as_view(), name="acts"),
    path("acts/<uuid:uid>/", acts.ActPage.as_view(), name="act"),
    path("acts/<uuid:uid>/decide/", acts.DecideAct.as_view(), name="act-decide"),
    path("appraisals/<uuid:uid>/", appraisals.AppraisalPage.as_view(), name="appraisal"),
    path("appraisals/<uuid:uid>/decide/", appraisals.DecideAppraisal.as_view(), name="appraisal-decide"),
    path("books/<uuid:uid>/", books.TransactionPage.as_view(), name="transaction"),
    path("books/<uuid:uid>/take-back/", acts.TakeBack.as_view(), name="take-back"),
    path("streams/<uuid:uid>/", books.StreamPage.as_view(), name="stream"),
    path("streams/", contracts.Streams.as_view(), {"slug": "streams"}, name="streams"),
    path("contributions/", MONEY, {"slug": "contributions"}, name="contributions"),
    path("services/", MONEY, {"slug": "services"}, name="services"),
    path("services/help/", provision.EligibilityHelp.as_view(), name="eligibility-help"),
    path("profiles/", MONEY, {"slug": "profiles"}, name="profiles"),
    path("spend/", MONEY, {"slug": "spend"}, name="spend"),
    path("investment-plan/", plan.InvestmentPlan.as_view(), name="investment-plan"),
    path("budget/", plan.BudgetPage.as_view(), name="budget"),
    *kind_urls("commissioning", KINDS, lists=contracts.MoneyList),
]
