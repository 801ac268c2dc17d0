"""The words of quick entry: what advisers say for each thing they log."""

import re

from caseload.enums import ActivityKind, CircumstanceCode, Stage


def _words(text: str) -> "re.Pattern[str]":
    return re.compile(rf"(?<![\w'-])(?:{text})(?![\w-])")


# Where a new fact may begin.
CUT = re.compile(r"[,;]\s+|[.!?]\s+|\s+-\s+|\s+\u2013\s+|\s\+\s|\s(?=(?:and|then|but|also)\s)")
SMALL = re.compile(
    r"still|work|seen|a|an|the|to|in|on|at|of|for|and|with|as|is|it|was|has|have|had|her|his|their|she|he|they"
    r"|client|new|now|then|also|from"
    r"|since|about|job|got|did|this|that|per|week|&|-|\u2013"
)
COMMANDS = {
    "action": "action",
    "todo": "action",
    "to do": "action",
    "to-do": "action",
    "job": "job",
    "assess": "assessment",
    "assessed": "assessment",
    "assessment": "assessment",
    "check": "check",
    "placement": "placement",
    "course": "qualification",
    "qualification": "qualification",
    "stage": "stage",
    "step": "stage",
    "consent": "consent",
    "address": "address",
    "benefit": "circumstance",
}
# What may stand behind a command word, for the line to be about that form at all ("check CV with her" is not).
_BARE = r"$|:|[0-9]|today|yesterday|mon|tue|wed|thu|fri|sat|sun"
COMMAND = re.compile(
    rf"(?P<word>(?:action|todo|to do|to-do)(?=[:, ]\s*\S|$)"
    rf"|(?:stage|step)(?=[: ]\s*\S)"
    rf"|(?:job|check|placement|course|qualification|address|benefit|assess|assessed|assessment"
    rf"|consent)(?=[: ]*(?:{_BARE}))"
    rf"|consent(?= (?:given|signed|form|obtained|taken|renewed)\b)"
    rf"|assess(?:ed|ment)?(?= (?:done|completed|carried out|with)\b))[: ]*"
)

NOT = _words(
    r"not|never|no|nor|without|didnt|hasnt|havent|isnt|wasnt|wont|cant|cannot|doesnt|fell through|pulled out"
    r"|turned down"
    r"|declined|refused|rejected|unsuccessful|\w+n't"
)
# Said of something, not as something that happened.
ONLY_TALKED_OF = _words(
    r"(?:re|about|regarding|discuss(?:ed|ing)?|applied|apply|applying|application|interview(?:ed)?"
    r"|search(?:ing)?|looking|wants?"
    r"|wanted|interested|vacanc(?:y|ies)|advert|offer(?:ed)?|possible|maybe|might|hoping|hopes|could|would|if"
    r"|considering|thinking"
    r"|asked|asking|wondering|plans to|job ?centre|job club|cv)"
)
JOB = _words(
    r"(?:start(?:ed|s|ing)?|begins?|began|got|gets|found|has|into|in|secured|gained|new|accepted|took"
    r"|taken)(?: (?:a|an|his|her|their|new|first"
    r"|full[- ]time|part[- ]time|ft|pt|permanent|temp|temporary))* job|job (?:at|with|start(?:ed|s)?|as)"
    r"|job:? (?=[a-z])"
    r"|(?:start(?:ed|s|ing)?|began|begins)(?: (?:work|working|employment))?(?: as [\w ]{2,40}?)?"
    r"(?: (?:on |next |this |last )?(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|to|yester)(?:day"
    r"|morrow)?)? (?:at|with|for)"
    r"|(?:start(?:ed|s|ing)?|began|begins) (?:work|working|employment)"
    r"|(?:working|works|employed|now) at|self[- ]employed|went self[- ]employed"
)
JOB_NAMED = re.compile(r"(?<![\w-])job:?\s+(?!(?:at|with|as|start|starts|started|for|in|on|from)\b)")
JOB_ENDED = _words(
    r"(?:left|lost|leaving|leaves|quit|finish(?:ed|es|ing)|ended|ends|end of|stopped)(?: [\w'-]+)? (?:job|work"
    r"|working|employment)(?: at)?"
    r"|sacked|dismissed|made redundant|redundancy|laid off|job (?:has )?end(?:s|ed)|last day|resign(?:s|ed)"
    r"|handed in (?:his |her |their )?notice"
)
_ENDED = _words(
    r"left|lost|leaving|leaves|quit|finish(?:ed|es|ing)?|ended|ends|end|ending|stop(?:s|ped)?|sacked|dismissed"
    r"|redundan(?:t|cy)|laid off|last day"
    r"|resign(?:s|ed)?|notice"
)
_NO_EMPLOYER = re.compile(
    r"(?:start(?:ed|s|ing)?|began|begins|working|works|now|employed) (?:at|with|for) (?:the |a |an |his |her "
    r"|their |my |new |local )*"
    r"(?:college|school|gym|courses?|class|university|uni|counsell\w+|therap\w+|depression|anxiety|medication"
    r"|physio|gp|doctor|support|group|church|centre"
    r"|library|home|mentor|tutor|coach|work coach|adviser|advisor|key ?worker|moment|min)(?![\w-])"
)
AT = re.compile(
    r"(?<![\w-])(?:at|with|for)\s+(?!(?:[0-9]+\s?(?:hours|hrs|h)|£|the moment|home|least|last|present)\b)(?!£)"
)
ENDS_NAME = re.compile(
    r"(?<![\w-])(?:as|from|since|starting|starts|started|start|began|begins|on|doing|until|full[- ]time"
    r"|part[- ]time|ft|pt|permanent|perm|temp"
    r"|temporary|agency|via|through|paying|paid|in|for|re|due to|by|every|weekly|pw)(?![\w-])"
    r"|£|\(|[0-9]{1,2}/[0-9]{1,2}(?![\w-])|[0-9]+(?:\.[0-9]+)?\s?(?:hours|hrs|hr|h|hpw)(?![\w-])|[,;]\s|\.\s"
    r"|\s-\s|\s\u2013\s"
)
HOURS = re.compile(
    r"(?<![\w.£/-])(?P<n>[0-9]{1,3}(?:\.[0-9]{1,2})?)\s?(?:hours|hour|hrs|hr|h|hpw)(?![\w-])(?:\s?(?:a|per"
    r"|/)\s?(?:week|wk)| pw| weekly)?"
)
HOURS_OTHERWISE = re.compile(
    r"[0-9]\s?(?:-|\u2013|to|or)\s?[0-9.]+\s?(?:hours|hrs|h)\b|(?:hours|hrs|hr|h)\s?(?:a|per|/)\s?(?:day|month"
    r"|night|shift)|zero[- ]hours?"
)
PAY = re.compile(
    r"(?:£\s?(?P<n>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<k>k\b)?\s*(?:(?:/|per |an? |p(?=[hwa]\b))?(?P<unit>h(?:our"
    r"|r)?\b|w(?:eek|k)?\b|month\b|year\b|annum\b|a\b|day\b))?)"
    r"|(?<![\w.£/-])(?P<bare>[0-9]{1,3}\.[0-9]{2})\s*(?:/|per |an? |p)h(?:our|r)?\b"
)
SELF_EMPLOYED = _words(r"self[- ]employed|self[- ]employment")
PERMANENT = _words(r"permanent|perm")

PLACEMENT = _words(
    r"(?:work trial|work placement|on placement|work experience)(?= (?:at|with|on|start(?:ed|s)?|from|next|last"
    r"|today|tomorrow|yesterday|mon|tue|wed|thu"
    r"|fri|sat|sun)|\s[0-9]|$)|trial (?:at|with)|trial (?:shift|day) at|placement (?:at|with|start(?:ed|s)?)"
    r"|apprenticeship (?:at|with)|start(?:ed|s|ing)? (?:an )?apprenticeship"
)

CHECK = _words(
    r"(?:week |wk )?(?:13|26|52)[- ]?(?:weeks?|wks?)?\s?checks?|checks? at (?:13|26|52)(?: weeks?)?|(?:week"
    r"|wk) (?:13|26|52)|(?:13|26|52)[- ]?(?:week|wk)s?:"
    r"|check:?|still (?:working|in work|employed)|still in (?:the |his |her |their )?job"
)
CHECK_WEEK = re.compile(
    r"(?<![\w-])(?:(?P<c>13|26|52)(?= (?:and|&|or) (?:13|26|52))|(?:week|wk|check at) (?P<a>13|26|52)|(?P<b>13"
    r"|26|52)[- ]?(?:(?:weeks?|wks?)(?![\w])|(?= checks?)))"
)
STILL_IN_WORK = _words(r"still (?:working|in work|there|employed|at|in|doing)|in work|working|yes|fine")
OUT_OF_WORK = _words(
    r"left(?: (?:the|his|her|their))?(?: (?:job|work))?|not (?:working|in work|there|employed)"
    r"|no longer (?:working|in work|there|employed|at|in)"
    r"|isn'?t (?:working|there|in work)|lost (?:the |his |her |their )?job|sacked|dismissed|redundant|laid off"
    r"|finished|job (?:has )?ended|unemployed"
    r"|out of work|quit|resigned"
)

_SUBJECT = (
    r"level [1-4]|l[1-4]|entry (?:level )?[1-3]|e[1-3]|nvq|esol|maths|english|numeracy|literacy|ict"
    r"|functional skills|certificate|cert|diploma|btec"
    r"|gcses?|cscs(?: card)?|food hygiene|food safety|first aid|sia(?: licen[cs]e)?|licen[cs]e|driving test"
    r"|qualification|course|class|test|exam|training"
)
LEARNING = _words(
    rf"(?:got|passed|achieved|completed|gained|has|awarded|finished|done|enrol(?:led|s|ling)?|start(?:ed|s"
    rf"|ing)?|began|begins|signed up|registered|joined)"
    rf"(?: (?!call|contact|job)[\w'/&-]+){{0,4}}? (?:{_SUBJECT})|course|qualification"
)
ENROLLED = _words(r"enrol(?:led|s|ling)?|start(?:ed|s|ing)?|began|begins|signed up|registered|joined|course")
ACHIEVED = _words(r"got|passed|achieved|completed|gained|awarded|finished")
QUALIFICATION_TYPE = _words(r"esol|nvq")
LEVEL = _words(r"entry (?:level )?(?P<entry>[1-3])|level (?P<level>[1-4])|l(?P<short>[1-4])")

SINCE = re.compile(r"(?<![\w-])(?:since|from)(?: about| around)? $")
UNTIL = re.compile(r"(?<![\w-])(?:until|till|til|to|ends?|ending|finish(?:es|ed|ing)?)(?: on)? $")
OR = re.compile(r"\s*(?:or|/|to|-|\u2013)\s*(?:on |else )?")
POSTCODE = re.compile(r"(?<![\w-])(?P<out>gir|[a-z]{1,2}[0-9][a-z0-9]?)\s?(?P<in>[0-9][a-z]{2})(?![\w-])")
MOVED = _words(
    r"moved (?:house|home|address|adress|flat|in(?:to)?|out|to|back)|moving (?:house|home|to|in(?:to)?|out)"
    r"|moves (?:to|into|house)|new (?:address|flat|house|home|place)"
    r"|change of address|changed address|moved(?= .*[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2})"
    r"|moved(?= (?:yesterday|today|last|on))|moved$|address"
    r"|(?:now )?(?:living|lives) (?:at|in)(?= .*[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2})"
)
_NO_ADDRESS = re.compile(
    r"moved (?:on|up|to (?:tears|next|level|stage|uc|esa|jsa|universal|a new job|another job))|(?:e-?mail|web"
    r"|ip) address|address(?:ed|es|ing)"
)

BENEFITS = (
    (CircumstanceCode.JSA.value, _words(r"jsa|job ?seeker'?s'? allowance")),
    (CircumstanceCode.UC.value, _words(r"uc|universal credit|uni credit")),
    (CircumstanceCode.ESA.value, _words(r"esa|employment (?:and|&) support allowance")),
    (CircumstanceCode.IB.value, _words(r"incapacity(?: benefit)?|ib")),
    (
        CircumstanceCode.OTHER_BENEFIT.value,
        _words(
            r"pip|dla|carer'?s allowance|housing benefit|child benefit|(?:working |child )?tax credits?"
            r"|pension credit"
        ),
    ),
    ("", _words(r"income support|benefits?|dole|housing element|hb|is claim")),
    (CircumstanceCode.HOMELESS.value, _words(r"homeless")),
    (CircumstanceCode.LONE_PARENT.value, _words(r"lone parent|single (?:mum|mother|dad|father|parent)")),
)
STOPPED = _words(
    r"stop(?:s|ped|ping)?(?: claiming)?|end(?:s|ed|ing)?|clos(?:es|ed|ing)|finish(?:es|ed)|signed off|came off"
    r"|come off|coming off|no longer (?:claiming|on|getting|receiving|homeless)"
    r"|ceased?|off"
)
BEGUN = _words(
    r"claiming|claims|claimed|claim (?:started|opened|made|live|began)|start(?:s|ed|ing)?|since|now(?: on"
    r"| claiming)?|on|went on(?:to)?|moved on(?:to)?|moved to|awarded"
    r"|getting|receiving|signed on|became|is"
)
NOT_CLAIMING = _words(r"not (?:claiming|on|getting|receiving)|never claimed|isn'?t claiming|no claim")

REFERRED = _words(
    r"referred(?: (?:him|her|them|client|on))*(?= to)|referral(?: sent| made| done)?(?= to)"
    r"|sent referral(?= to)|made (?:a )?referral(?= to)"
)
REFERRED_TO = re.compile(r"(?<![\w-])(?:referred|referral)(?: [\w-]+){0,3}? to (?:the )?")

STAGES = (
    (_words(r"plan agreed|agreed (?:the )?(?:action )?plan|signed (?:the )?(?:action )?plan"), Stage.PLAN_AGREED.value),
    (_words(r"job ready|ready for work|work ready"), Stage.JOB_READY.value),
    (_words(r"left the program(?:me)?|exited(?: the program(?:me)?)?|exit"), Stage.EXITED.value),
    (_words(r"training started"), Stage.TRAINING_STARTED.value),
    (_words(r"training completed"), Stage.TRAINING_COMPLETED.value),
    (_words(r"support started"), Stage.SUPPORT_STARTED.value),
    (_words(r"support completed"), Stage.SUPPORT_COMPLETED.value),
    (_words(r"matched(?: to a vacancy)?"), Stage.MATCHED.value),
    (_words(r"(?:stage|step):? assessed"), Stage.ASSESSED.value),
    (_words(r"(?:stage|step):? engaged"), Stage.ENGAGED.value),
)


class _Benefit:
    """A benefit or status together with a word that says that it began or ended."""

    def search(self, low: str) -> bool:
        named = any(pattern.search(low) for _, pattern in BENEFITS)
        return named and bool(STOPPED.search(low) or _BENEFIT_BEGUN.search(low) or NOT_CLAIMING.search(low))


class _Moved:
    def search(self, low: str) -> bool:
        return bool(MOVED.search(low)) and not _NO_ADDRESS.search(low)


_BENEFIT_BEGUN = _words(
    r"claiming|claims|claimed|claim (?:started|opened|made|live|began)|started|since|now on|now claiming|now"
    r"|went on(?:to)?|moved on(?:to)?|moved to|awarded|receiving|signed on|became"
)
_KIND_OF_CHECK = _words(
    r"(?:week |wk )?(?:13|26|52)[- ]?(?:weeks?|wks?)?\s?checks?|checks? at (?:13|26|52)(?: weeks?)?|(?:13|26"
    r"|52)[- ]?(?:week|wk)s?:|still (?:working|in work|employed)"
    r"|still in (?:the |his |her |their )?job"
)
_KIND_OF_STAGE = _words(
    r"plan agreed|agreed (?:the )?(?:action )?plan|job ready|ready for work|work ready|left the program(?:me)?|exited"
)
KINDS = (
    ("referral", REFERRED),
    ("check", _KIND_OF_CHECK),
    ("benefit", _Benefit()),
    ("placement", PLACEMENT),
    (
        "learning",
        _words(
            rf"(?:got|passed|achieved|completed|gained|awarded|finished|enrol(?:led|s|ling)?|start(?:ed|s|ing)?"
            rf"|began|begins|signed up|registered|joined)"
            rf"(?: (?!call|contact|job)[\w'/&-]+){{0,4}}? (?:{_SUBJECT})"
        ),
    ),
    ("job", JOB),
    ("address", _Moved()),
    ("stage", _KIND_OF_STAGE),
)
SAID_AS = {
    "job": "A job start",
    "placement": "A placement",
    "check": "A check",
    "qualification": "Learning",
    "address": "An address",
    "circumstance": "A benefit or status",
    "circumstance-end": "The end of a benefit or status",
    "referral": "A referral",
    "stage": "A step of the journey",
    "assessment": "An assessment",
    "consent": "Consent",
}

# Contacts
_CHANNELS = (
    ("text", _words(r"texts?|texted|txt|sms|whats ?app(?:ed)?|message sent|msg(?:ed)?|messaged")),
    ("email", _words(r"e-?mails?|e-?mailed")),
    ("video", _words(r"zoom(?: call)?|teams(?: call| meeting)?|video(?: call| meeting)?|facetime|skype")),
    ("visit", _words(r"(?:home |doorstep )?visit(?:ed)?|doorstep|door knock(?:ed)?")),
    ("letter", _words(r"letters?|wrote to|posted")),
    (
        "call",
        _words(
            r"calls?|called|calling|tel call|rang|ring|rung|phoned?|phone ?call|telephone(?:d)?|tel|voice ?mail"
            r"|vm|lvm|tc|missed call|spoke on the phone"
        ),
    ),
    (
        "in_person",
        _words(
            r"met(?: with)?|saw|seen|face[- ]to[- ]face|f2f|in person|came in|dropped in|drop[- ]in|popped in"
            r"|walk[- ]in|attended"
        ),
    ),
)
CHANNEL_NAMES = {
    "call": "Phone call",
    "text": "Text message",
    "email": "E-mail",
    "video": "Video call",
    "letter": "Letter",
    "in_person": "In person",
    "visit": "Visit to the client",
}
_RESULTS = (
    (
        "did_not_attend",
        _words(
            r"dna'?d?|d\.n\.a|fta|did ?n[o']?t (?:attend|show(?: up)?|turn up|come(?: in)?|arrive)"
            r"|did not (?:attend|show(?: up)?|turn up|come(?: in)?|arrive)"
            r"|no[- ]?show|failed to (?:attend|show)|never (?:came|turned up|showed)|missed (?:the |her |his "
            r"|their |our |today'?s )*(?:appointment|appt|meeting|session|interview|review)"
        ),
    ),
    ("cancelled", _words(r"cancell?ed|cancels|rearranged|rescheduled|postponed|re-?booked")),
    (
        "wrong_number",
        _words(
            r"wrong (?:number|no|address|email)|number (?:not in use|disconnected|unobtainable|dead)|dead line"
            r"|bounced(?: back)?"
        ),
    ),
    (
        "left_message",
        _words(
            r"left (?:a |another )?(?:voice ?mail|vm|message|msg|note)|lvm|voice ?mail(?: left)?|vm(?: left)?"
            r"|message left|went to voice ?mail"
        ),
    ),
    (
        "no_answer",
        _words(
            r"no (?:ans(?:wer)?|anwser|awnser|reply|response|pick ?up)|n/a|unanswered|not answer(?:ing|ed)?"
            r"|did ?n[o']?t (?:answer|pick up|reply|respond)|did not (?:answer|pick up|reply|respond)"
            r"|rang out|engaged tone|line (?:busy|engaged)|could ?n[o']?t reach|could not (?:reach|get hold)"
            r"|unable to (?:reach|contact)|not in|nobody in|no one (?:in|home)|phone off"
            r"|tried (?:to )?(?:call|ring|phone)(?:ing)?|tried"
        ),
    ),
    (
        "sent",
        _words(
            r"(?:text|txt|sms|e-?mail|letter|message|whats ?app|msg)s? sent|sent (?:a |an |her |him |them "
            r"|another |client )*(?:text|txt|sms|e-?mail|letter|message|whats ?app|msg)|texted|e-?mailed"
            r"|messaged|wrote to|posted"
        ),
    ),
    (
        "reached",
        _words(
            r"spoke(?: to| with)?|spoken|talked|chat(?:ted)?|met(?: with)?|saw|seen|attended|turned up|came in"
            r"|dropped in|popped in|answered|discuss(?:ed)?|replied"
            r"|agreed|told (?:me|us)|says|said"
        ),
    ),
)
RESULT_NAMES = {
    "reached": "Reached",
    "no_answer": "No answer",
    "left_message": "Left a message",
    "sent": "Sent, no reply yet",
    "did_not_attend": "Did not attend",
    "cancelled": "Cancelled",
    "wrong_number": "Wrong number or address",
}
MISSED = frozenset({"did_not_attend", "cancelled"})
# Said together, the first is the one that is meant; any other two are asked about.
_COVERED = {
    "did_not_attend": {"no_answer", "reached", "cancelled", "sent"},
    "left_message": {"no_answer", "sent"},
    "wrong_number": {"no_answer", "sent"},
    "no_answer": {"sent"},
    "cancelled": {"reached", "sent"},
    "reached": {"sent"},
}
TURNED_UP = _words(
    r"turned up|attended|arrived late|came late|late for (?:the |her |his |their )?(?:appointment|appt)|was late"
)
APPOINTMENT = _words(r"appointment|appt|appts|booked in|review meeting")
CENTRE_VISIT = _words(
    r"centre visit|visit(?:ed)? (?:to )?(?:the |our )?(?:\w+ )?centre|came (?:in )?to (?:the )?centre"
    r"|dropped in(?:to)?(?: at)? (?:the )?centre"
)
WAS_IN_TOUCH = _words(
    r"called|rang|phoned|texted|e-?mailed|visited|met|saw|seen|sent|spoke|spoken|wrote|posted|messaged|told|said"
)
# Right before a day, it is the day of the contact itself.
MET_ON = re.compile(
    r"(?<![\w'-])(?:called|rang|phoned|texted|e-?mailed|visited|met|saw|seen|spoke|spoken|wrote)"
    r"(?: (?:him|her|them|client|with|to|on|the))* $"
)
WRITTEN = frozenset({"text", "email", "letter"})
QUOTED = re.compile(r"\s*[\w-]+:")
FIRST_KINDS = {
    "appointment": ActivityKind.APPOINTMENT.value,
    "appt": ActivityKind.APPOINTMENT.value,
    "survey": ActivityKind.SURVEY.value,
    "engaged": ActivityKind.ENGAGEMENT.value,
    "engagement": ActivityKind.ENGAGEMENT.value,
    "consultation": ActivityKind.CONSULTATION.value,
}
NEW_CONTACT = re.compile(
    r"(?i)\b(?:called|rang|phoned|texted|emailed|spoke|left (?:a )?(?:message|voicemail)|text sent|email sent)\b"
)
TO_DO = re.compile(
    r"\s*(?:(?:to|must|need to|needs to|will|please|remember to|going to) )?(?:call|ring|phone|text|email"
    r"|e-mail|visit|see|meet|write|chase|call back|contact)(?![\w:-])"
)
TRY = re.compile(
    r"(?:try|trying|retry|re-try|(?<!at )(?<!with )(?<!for )next(?: (?:contact|call|try|attempt|time))?"
    r"|call ?back|ring back|phone back|get back|again|chase|follow[- ]?up|will (?:call|ring|phone|text|email|try))"
    r"(?: (?:on|for|to|her|him|them|it|again|back|at|call|calling|ring|ringing|the|a|by|is))*[:,]? $"
)
_MINUTES = re.compile(r"(?<![\w.£/-])(?P<n>[0-9]{1,3})\s?(?:mins?|minutes?)(?![\w-])")
_HOURS_LONG = re.compile(
    r"(?<![\w.£/-])(?P<n>[0-9](?:\.[0-9]{1,2})?)\s?(?:hours?|hrs?)(?![\w-])(?!\s?(?:a|per|/)\s?(?:week|wk|day)| pw)"
)
_IN_WORDS = ((_words(r"half an hour"), 30), (_words(r"(?:an|one) hour"), 60), (_words(r"hour and a half"), 90))


def channels_of(low: str) -> list[str]:
    """Return how somebody was in touch, in the order in which it was said."""
    found = [(match.start(), code) for code, pattern in _CHANNELS if (match := pattern.search(low))]
    return [code for _, code in sorted(found)]


def results_of(low: str) -> list[str]:
    """Return what came of it; several where they contradict one another."""
    found = [code for code, pattern in _RESULTS if pattern.search(low)]
    covered = {code for each in found for code in _COVERED.get(each, ())}
    return [code for code in found if code not in covered]


def tells_of_an_end(low: str) -> bool:
    return bool(_ENDED.search(low))


def names_no_employer(low: str) -> bool:
    """Tell ``started at the gym`` from ``started at Greggs``."""
    return bool(_NO_EMPLOYER.search(low))


def is_contact(low: str) -> bool:
    return bool(channels_of(low) or results_of(low) or APPOINTMENT.search(low) or TURNED_UP.search(low))


def minutes_of(low: str) -> int:
    """Return how long it took, in minutes; 0 where it was not said, or twice."""
    found = [int(match["n"]) for match in _MINUTES.finditer(low)]
    found += [round(float(match["n"]) * 60) for match in _HOURS_LONG.finditer(low)]
    if not found:
        found = [minutes for pattern, minutes in _IN_WORDS[::-1] if pattern.search(low)][:1]
    return found[0] if len(found) == 1 and 0 < found[0] <= 600 else 0
