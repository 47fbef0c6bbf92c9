"""All actions, each built with what it needs. One line an act; domain.yml names the same ones."""

from __future__ import annotations

from rasa_sdk import Action

from actions.answers import Affirm, BareAnswer, Deny
from actions.applications import ApplySubsidy
from actions.assessment import AskAssessment, AssessmentStanding, ValidateAssessmentForm
from actions.binding import BindElder
from actions.booking import ValidateBookingForm
from actions.elder_status import ElderStatus
from actions.handoff import Begin, PassOn, TalkToHuman
from actions.orders import (
    AskChangeConfirmed,
    AskOrder,
    Cancel,
    ChangeOrder,
    OrderStatus,
    Reschedule,
    ValidateChangeForm,
)
from actions.phrases import NO_COMPLAINT
from actions.placing import AskConfirmed, PlaceOrder
from actions.policy import AskPolicy
from actions.talk import EmergencyDoubt, Goodbye, Greet, KeepPrivate, NotUnderstood, Say
from backend.client import BackendClient
from bot.policy.answers import PolicyDesk
from bot.questionnaire import Questionnaire

_ELSE = ("utter_anything_else",)


def all_actions(
    backend: BackendClient, desk: PolicyDesk, questions: Questionnaire, locality: str = ""
) -> list[Action]:
    """Every action of domain.yml, ready to be registered.

    Args:
        backend: the service backend.
        desk: answers questions on policy.
        questions: what is asked about daily life.
        locality: the place of callers whose own is not known.
    """
    return [
        ValidateBookingForm(backend),
        AskConfirmed(),
        PlaceOrder(backend),
        ValidateChangeForm(backend),
        AskOrder(backend),
        AskChangeConfirmed(backend),
        ChangeOrder(backend),
        Cancel(backend),
        Reschedule(),
        OrderStatus(backend),
        ElderStatus(backend),
        Affirm(backend),
        Deny(backend),
        BareAnswer(backend),
        TalkToHuman(backend),
        NotUnderstood(backend),
        BindElder(backend),
        AskPolicy(desk, backend, locality),
        AskPolicy(desk, backend, locality, "action_check_eligibility"),
        ApplySubsidy(desk, backend, locality),
        ValidateAssessmentForm(backend, questions),
        AskAssessment(questions),
        AssessmentStanding(backend),
        *_passed_on(backend),
        *_begun(),
        *_talk(),
    ]


def _passed_on(backend: BackendClient) -> list[Action]:
    """What a person has to look into: said so, and somebody calls back."""
    said, reason = "utter_complaint_heard", "complaint"
    return [PassOn("action_complain", said, reason, backend, NO_COMPLAINT)]


def _begun() -> list[Action]:
    """What the dialogue goes on with by itself (`bot/reminders.py`, `bot/ratings.py`)."""
    return [
        Begin("action_medication_reminder", "utter_reminder_begin"),
        Begin("action_rate_service", "utter_rating_begin"),
    ]


def _talk() -> list[Action]:
    return [
        Greet(),
        Say("action_thanks", "utter_thanks", outside_form=_ELSE, parting=("utter_goodbye",)),
        Goodbye(),
        Say("action_smalltalk", "utter_smalltalk", outside_form=("utter_what_do_you_need",)),
        Say(
            "action_feeling_lonely_or_sad",
            "utter_lonely",
            outside_form=("utter_offer_companion",),
        ),
        Say("action_report_feeling_ok", "utter_feeling_ok", outside_form=_ELSE, parting=()),
        Say(
            "action_help_menu",
            "utter_help_menu",
            "utter_help_person",
            outside_form=("utter_what_do_you_need",),
        ),
        Say("action_out_of_scope", "utter_out_of_scope", outside_form=("utter_offer_person",)),
        Say("action_slower_or_louder", "utter_slower", outside_form=("utter_what_do_you_need",)),
        Say("action_repeat", "utter_repeat"),
        KeepPrivate(),
        EmergencyDoubt(),
    ]
