from partners.models.access import AccessEntry, SignInEvent
from partners.models.api_key import ApiKey, ThrottleWindow
from partners.models.centre import Centre
from partners.models.consortium import Consortium
from partners.models.exchange import ExchangeBatch, ExchangeChange
from partners.models.job import BackgroundJob
from partners.models.notice import Notice
from partners.models.organisation import Organisation
from partners.models.part import Action, Document, Note, Part
from partners.models.postcode import Postcode
from partners.models.priority_area import PriorityArea
from partners.models.saved_view import SavedView
from partners.models.sent_form import SentForm
from partners.models.signoff import Post, PostHolder, SignOff, SignOffAct, SignOffPart, SignOffStep
from partners.models.staff import Invitation, StaffMember
from partners.models.team import Team
from partners.models.trail import TrailMark
from partners.models.user import User

__all__ = [
    "AccessEntry",
    "Action",
    "ApiKey",
    "BackgroundJob",
    "Centre",
    "Consortium",
    "Document",
    "ExchangeBatch",
    "ExchangeChange",
    "Invitation",
    "Note",
    "Notice",
    "Organisation",
    "Part",
    "Post",
    "PostHolder",
    "Postcode",
    "PriorityArea",
    "SavedView",
    "SentForm",
    "SignInEvent",
    "SignOff",
    "SignOffAct",
    "SignOffPart",
    "SignOffStep",
    "StaffMember",
    "Team",
    "ThrottleWindow",
    "TrailMark",
    "User",
]
