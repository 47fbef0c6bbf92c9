"""The first sentences of a conversation: who is greeted how, what is announced, what was left."""

from __future__ import annotations

from dataclasses import replace

from backend.client import Conversation
from bot.sentences import Reply, Sentences
from bot.words import service_name


def greeting(opened: Conversation, say: Sentences, *, may_record: bool) -> list[Reply]:
    """Greets by name where the caller is known and offers a booking that was left unfinished.

    Args:
        opened: what the backend knows of the conversation's caller.
        say: the sentences of domain.yml.
        may_record: whether this conversation is recorded where the elder agreed to it.

    Returns:
        What to say, in order; the last reply asks.
    """
    replies = [_hello(opened, say)]
    if may_record and _agreed_to_recording(opened):
        replies.append(say.reply("utter_recorded"))
    if opened.draft and opened.draft.data.get("service"):
        service = service_name(opened.draft.data["service"])
        resume = replace(say.reply("utter_ask_resume_draft"), offer="draft")
        return [*replies, say.reply("utter_offer_draft", service=service), resume]
    return [*replies, say.reply("utter_what_do_you_need")]


def _hello(opened: Conversation, say: Sentences) -> Reply:
    elder, caller = opened.elder, opened.caller
    if caller.role == "family" and elder:
        relation = caller.relation or "家人"
        return say.reply("utter_greet_family", elder=elder.name, relation=relation)
    if elder and elder.name and caller.role == "elder":
        return say.reply("utter_greet_known", name=elder.name)
    return say.reply("utter_greet_unknown")


def _agreed_to_recording(opened: Conversation) -> bool:
    """The elder's own word counts, and only where the elder calls."""
    elder = opened.elder
    return elder is not None and elder.recording_consent and opened.caller.role == "elder"
