"""What each page asks for, written down a second time: a page that no longer asks fails the tests beside this file."""

from partners.permissions import Capability as May

NEEDS = {
    May.VIEW_CLIENTS: "caseload:caseload caseload:worklist caseload:client caseload:timeline caseload:step-action"
    " caseload:provision caseload:undo caseload:ticked caseload:entry reporting:client-outcomes",
    May.RECORD_JOURNEY: "caseload:register caseload:quick caseload:change-identity caseload:add"
    " caseload:withdraw-consent caseload:answer-parts caseload:correct caseload:end-spell"
    " caseload:looks-wrong caseload:answer-remark",
    May.ANSWER_REFERRALS: "caseload:send-referral caseload:change-adviser caseload:propose-lead"
    " caseload:answer-lead caseload:reassign caseload:reassign-undo",
    May.DECIDE_MATCHES: "caseload:matches caseload:match caseload:match-merge caseload:match-two-people"
    " caseload:separate caseload:match-decide-again",
    May.VIEW_EMPLOYERS: "commissioning:services commissioning:eligibility-help"
    " caseload:people-placed employers:employers employers:suggest employers:suggest-vacancies"
    " employers:employer",
    May.LOG_EMPLOYERS: "employers:record-contact employers:open-vacancy",
    May.MANAGE_EMPLOYERS: "employers:add employers:change employers:give-manager"
    " employers:add-agreement employers:end-agreement"
    " employers:duplicates employers:merge employers:choose-other employers:separate",
    May.VIEW_CONTRACTS: "caseload:contract-outputs commissioning:contracts commissioning:contract"
    " commissioning:streams commissioning:contributions commissioning:spend commissioning:profiles"
    " commissioning:stream commissioning:contract-books commissioning:transaction commissioning:acts commissioning:act"
    " commissioning:investment-plan reporting:share-outcome reporting:withdraw-share"
    " commissioning:profile commissioning:variation commissioning:variations commissioning:contract-facts"
    " reporting:claim-query reporting:answer-query commissioning:spend-record"
    " reporting:providers reporting:provider reporting:unit-costs",
    May.SEE_OVERSIGHT: "commissioning:budget",
    May.SEE_ALL_CONTRACTS: "commissioning:appraisal reporting:sample",
    May.CHECK_SPEND: "commissioning:spend-record-check",
    May.WORK_CONTRACTS: "commissioning:vary commissioning:variation-withdraw commissioning:record-spend"
    " commissioning:submit-spend commissioning:spend-record-change commissioning:spend-record-answer"
    " commissioning:credit",
    May.KEEP_MONEY: "reporting:decide-sample"
    " commissioning:ask-allocation commissioning:ask-payment commissioning:receive"
    " commissioning:act-decide commissioning:take-back commissioning:appraisal-decide commissioning:variation-decide",
    May.VIEW_RETURNS: "reporting:returns reporting:targets reporting:observations reporting:milestones reporting:risks"
    " reporting:objectives reporting:return reporting:progress reporting:line reporting:figure reporting:changes"
    " reporting:double-counts reporting:download reporting:pdf reporting:report reporting:known reporting:known-file"
    " reporting:claim-items reporting:spend-forecast reporting:ask-about"
    " reporting:problems reporting:problem reporting:corrections reporting:calendar reporting:calendar-file",
    May.RECORD_OBSERVATIONS: "reporting:record-observation reporting:observation reporting:remove-observation"
    " reporting:removed-observations",
    May.BUILD_RETURNS: "reporting:build-again reporting:count-again reporting:forecast"
    " reporting:write-narrative reporting:change-narrative",
    May.VIEW_AUDIT: "reporting:draw-sample reporting:find"
    " partners:admin partners:audit partners:audit-changes partners:who-looked",
    May.MANAGE_PEOPLE: "partners:people partners:invite partners:roles partners:clocks partners:person"
    " partners:person-invite"
    " partners:person-role partners:person-end partners:organisation-new partners:organisation-change"
    " partners:team-new partners:clocks-change caseload:consent-form caseload:consent-form-change",
    May.RESTRICT_RECORDS: "caseload:restricted caseload:restrict-record caseload:restrict caseload:restriction"
    " caseload:restriction-review caseload:restriction-reader caseload:restriction-drop caseload:restriction-lift",
    May.MANAGE_KEYS: "partners:keys partners:key-new partners:key-made partners:key-revoke",
    May.MOVE_RECORDS: "partners:exchange partners:import-choose partners:import partners:import-load"
    " partners:import-undo partners:import-report partners:export-all partners:export partners:export-file",
}
KIND_PAGES = (
    *("records", "record-list", "record", "record-history"),
    *("record-add", "record-change", "record-end", "record-remove", "records-removed"),
)
OPEN_TO_MEMBERS = {
    "partners:own-actions": "one's own work only",
    "partners:sign-off-step": "whoever reads the document and has the step by post or role",
    "partners:sign-off-send-back": "whoever reads the document and has the step by post or role",
    "partners:search": "of each kind, what one's role opens and one may see",
    **{
        f"partners:{page}": "whoever sees the record, or keeps it: each kind of record says who"
        for page in [
            "parts",
            "document",
            "document-show",
            "document-file",
            "document-add",
            "document-change",
            "document-remove",
            "document-back",
            "note",
            "note-add",
            "note-change",
            "note-remove",
            "note-back",
            "action",
            "action-add",
            "action-change",
            "action-remove",
            "action-back",
            "action-done",
            "action-open",
        ]
    },
    "home": "Today, with one's own work only",
    "partners:help": "words of the field",
    "partners:save-view": "one's own views of lists",
    "partners:rename-view": "one's own views of lists",
    "partners:delete-view": "one's own views of lists",
    "partners:hide-welcome": "puts lines of one's own away",
    "employers:hand-on": "account managers, the tracking team and managers",
    "employers:hand-on-undo": "account managers, the tracking team and managers",
    "partners:waiting": "counts of one's own work",
    "partners:notices": "what one was told",
    "partners:notice": "what one was told",
    "partners:notices-read": "what one was told",
    "partners:organisations": "who is in the partnership",
    "partners:organisation": "who is in the partnership",
    "partners:jobs": "one's own background work",
    "partners:job": "one's own background work",
    "partners:job-progress": "one's own background work",
    "partners:job-cancel": "one's own background work",
    "caseload:referral-inbox": "whoever may see clients or answer referrals",
    "caseload:referral": "whoever may see clients or answer referrals",
    "caseload:referral-step": "whoever may see clients or answer referrals",
    "caseload:name-worker": "the receiver's own people, of a referral they took on",
    **{
        f"{app}:{page}": "each kind of record names its own capability; its writing is tried in tests/kinds"
        for app in ("partners", "caseload", "employers", "commissioning", "reporting")
        for page in KIND_PAGES
    },
}
OPEN_TO_SIGN_INS = {
    "partners:switch": "one's own memberships",
    "partners:account": "one's own sign-in",
    "partners:shortcuts": "one's own device",
    "partners:components": "pieces of pages, no records",
    "partners:operator": "the installation's, for its operator only",
    "partners:consortium": "the installation's, for its operator only",
    "partners:consortium-new": "the installation's, for its operator only",
}


def needed() -> dict[str, May]:
    return {name: capability for capability, names in NEEDS.items() for name in names.split()}
