"""What each role reads on its first visit: five lines, no more."""

from partners.enums import Role

_ADVISING = (
    "Today lists whom to call and what is due; start there each morning.",
    "Search before you register somebody: they may be known already.",
    "Record a contact in one line, as you would say it: who, what, when.",
    "Answer referrals before their clock runs out; the sender sees your answer at once.",
    "What you record feeds the returns: nobody asks you for the figures again.",
)
_FINANCE = (
    "Returns show what was achieved in a quarter, each line beside its target.",
    "Contracts shows the profile, the spend and what is left.",
    "A return whose step is yours waits on Today: check it, or send it back with a reason.",
    "A figure opens its rule in words; the people behind it are named to those who may see them.",
    "The help page says what each word means.",
)
FIRST_VISIT: dict[str, tuple[str, ...]] = {
    Role.ADVISER: _ADVISING,
    Role.TRACKING_TEAM: (
        "Caseload filters find who is stuck: no contact, no next step, a check overdue.",
        "Possible duplicates wait for your decision, with the reasons shown.",
        "Job checks fall due at 13, 26 and 52 weeks; Today lists them.",
        "You see the whole consortium; every look is logged.",
        "In a return, the share in work at 13 weeks counts every job whose check is due.",
    ),
    Role.ACCOUNT_MANAGER: (
        "Each employer has one account manager; look there before you call.",
        "Record every contact: the next person sees who spoke to them last, and about what.",
        "Vacancies you record are listed for every partner, open ones first.",
        "Agreements show what an employer promised and by when.",
        "The help page says what each word means.",
    ),
    Role.COMMISSIONER: (
        "Contracts shows what was bought, from whom, and how delivery runs against its profile.",
        "Spend and profiles stand month by month, beside what is left.",
        "Returns show the quarter as it was last built, beside its targets.",
        "You see figures, not people's files.",
        "The help page says what each word means.",
    ),
    Role.MONITORING_OFFICER: (
        "Build a return as often as you like: each build is a draft, until you hand it in to be checked and signed.",
        "A figure opens its records, its rule in words and its source.",
        "Import checks a package before it loads one row; a load can be undone.",
        "Record observations once; targets come with a package. Every window uses them.",
        "What changed since the last build is listed beside the lines.",
    ),
    Role.PROJECT_MANAGER: (
        "Today lists your organisation's referrals and what is overdue.",
        "Caseload shows your organisation's clients and those shared with it.",
        "Contracts shows your organisation's own: profile, spend, what has been delivered.",
        "Returns show your figures beside their targets.",
        "The help page says what each word means.",
    ),
    Role.FINANCE_OFFICER: _FINANCE,
    Role.SENIOR_FINANCE_OFFICER: _FINANCE,
    Role.HEAD_OF_FINANCE: _FINANCE,
    Role.AUDITOR: (
        "You may open every record and change none.",
        "Every figure of a return opens the records counted in it.",
        "The audit trail lists who saw, changed and exported what.",
        "Your own looks are logged as well.",
        "The help page says what each word means.",
    ),
    Role.ADMINISTRATOR: (
        "Invite people by e-mail; the link works once, for seven days.",
        "A role says what somebody may do; the roles page shows the whole table.",
        "Ending somebody's access takes effect at their next click.",
        "Partner systems get keys of their own, shown once.",
        "The audit trail lists what everybody did.",
    ),
    Role.VIEWER: (
        "Returns show how the partnership does against its targets.",
        "Figures are totals: you see no person's file.",
        "Charts have their table beside them, and a file to download.",
        "Every return is a draft, and says when and by whom it was built.",
        "The help page says what each word means.",
    ),
}
