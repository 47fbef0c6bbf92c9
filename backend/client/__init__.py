"""The typed client of the service backend; imports nothing else of ours but `anban.errors`.

A city that has its own order platform replaces this package by one with the same names.
"""

from backend.client.accounts import Arrival, Bound, Code, Day
from backend.client.alarms import AlarmLine
from backend.client.applications import Application
from backend.client.assessments import Assessment
from backend.client.hotline import Script
from backend.client.http import BackendClient
from backend.client.sealed_folder import SealedFolder
from backend.client.spool import CALLER_SILENT, LINE_DEAD, Cry, Spool
from backend.client.values import (
    Caller,
    CallOut,
    CheckIn,
    Contact,
    Conversation,
    Delivery,
    Draft,
    Elder,
    Emergency,
    FamilyMember,
    Handoff,
    Happening,
    Notice,
    Offer,
    Order,
    Provider,
    Rung,
    Speaking,
    Summary,
    Talk,
    Transferred,
)
from backend.client.wishes import Rating, Reminder

__all__ = [
    "CALLER_SILENT",
    "LINE_DEAD",
    "AlarmLine",
    "Application",
    "Arrival",
    "Assessment",
    "BackendClient",
    "Bound",
    "CallOut",
    "Caller",
    "CheckIn",
    "Code",
    "Contact",
    "Conversation",
    "Cry",
    "Day",
    "Delivery",
    "Draft",
    "Elder",
    "Emergency",
    "FamilyMember",
    "Handoff",
    "Happening",
    "Notice",
    "Offer",
    "Order",
    "Provider",
    "Rating",
    "Reminder",
    "Rung",
    "Script",
    "SealedFolder",
    "Speaking",
    "Spool",
    "Summary",
    "Talk",
    "Transferred",
]
