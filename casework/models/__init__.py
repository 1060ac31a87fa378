"""The tables of casework, one noun a file."""

from casework.models.case import Case, DayNumber, KindState, SnoozedFor
from casework.models.contact import Channel, ContactAttempt, Outcome
from casework.models.deadline import Deadline
from casework.models.draft import Draft
from casework.models.evidence import Evidence, EvidenceKind
from casework.models.heartbeat import Heartbeat
from casework.models.journal import Journal, JournalText, Seal, Unsealed
from casework.models.ledger import Ledger
from casework.models.notice import Notice
from casework.models.outbox import KeptAnswer, Outbox
from casework.models.policy import Holiday, Policy, TestClock
from casework.models.promise import Promise
from casework.models.reply_rule import Check, ReplyRule, Severity
from casework.models.saved_view import Pin, SavedView
from casework.models.script import Script
from casework.models.seen import Fold, Seen
from casework.models.task import Task
from casework.models.upload_link import Plea, UploadLink
from casework.models.versioned import Standing
from casework.models.watch import Watch

__all__ = [
    "Case",
    "Channel",
    "Check",
    "ContactAttempt",
    "DayNumber",
    "Deadline",
    "Draft",
    "Evidence",
    "EvidenceKind",
    "Fold",
    "Heartbeat",
    "Holiday",
    "Journal",
    "JournalText",
    "KeptAnswer",
    "KindState",
    "Ledger",
    "Notice",
    "Outbox",
    "Outcome",
    "Pin",
    "Plea",
    "Policy",
    "Promise",
    "ReplyRule",
    "SavedView",
    "Script",
    "Seal",
    "Seen",
    "Severity",
    "SnoozedFor",
    "Standing",
    "Task",
    "TestClock",
    "Unsealed",
    "UploadLink",
    "Watch",
]
