"""The bot: how it is reached, and how a text goes out with its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from anban.errors import ChannelError, NotNow, Refused
from channels.outgoing import broken

API = "https://api.telegram.org"
LONGEST = 4000
"""characters of one message; Telegram takes 4,096"""
SECONDS = 10.0


@dataclass(frozen=True)
class TelegramConfig:
    """A bot."""

    token: str = field(repr=False)
    secret: str = field(repr=False)
    """comes back with every push in `X-Telegram-Bot-Api-Secret-Token`"""
    api: str = API
    """Telegram's API, or a relay: it cannot be reached from mainland China"""


def make_bot(config: TelegramConfig) -> Bot:
    """Return the bot; nothing is asked of Telegram yet."""
    return Bot(
        config.token,
        base_url=f"{config.api}/bot",
        base_file_url=f"{config.api}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=16,
            connect_timeout=3.0,
            read_timeout=SECONDS,
            httpx_kwargs={"trust_env": False},
        ),
    )


TAKEN = ("message", "callback_query", "my_chat_member")
"""kinds of updates we ask Telegram for"""


async def announce(config: TelegramConfig, url: str) -> None:
    """Tell Telegram where to push.

    Raises:
        ChannelError: it refuses.
    """
    bot = make_bot(config)
    try:
        await bot.set_webhook(url, secret_token=config.secret, allowed_updates=TAKEN)
    except TelegramError as error:
        raise ChannelError(f"telegram: {type(error).__name__}") from None
    finally:
        await bot.shutdown()


async def send(
    bot: Bot,
    chat: str,
    text: str,
    *,
    choices: Sequence[str] = (),
    button: tuple[str, str] | None = None,
) -> int:
    """Send a text; returns the number of its (last) message.

    Args:
        bot: who sends it.
        chat: to whom.
        text: what; a long one is sent in parts.
        choices: shown as keys that send their own text.
        button: (what is shown, what comes back) of one button under the text.

    Raises:
        Refused: it will never be taken: blocked, no such chat.
        NotNow: Telegram cannot take it now.
    """
    markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
    if button is not None:
        markup = InlineKeyboardMarkup([[InlineKeyboardButton(button[0], callback_data=button[1])]])
    elif choices:
        keys = [[choice] for choice in choices]
        markup = ReplyKeyboardMarkup(keys, one_time_keyboard=True, resize_keyboard=True)
    else:
        markup = ReplyKeyboardRemove()
    parts = [text[at : at + LONGEST] for at in range(0, max(len(text), 1), LONGEST)]
    try:
        for part in parts:
            sent = await bot.send_message(chat, part, reply_markup=markup)
    except RetryAfter as error:
        raise NotNow("telegram asks to wait") from error
    except (Forbidden, BadRequest, InvalidToken) as error:
        raise Refused(f"telegram: {type(error).__name__}") from None
    except NetworkError as error:  # TimedOut is one
        raise broken("telegram", error.__cause__ or error) from None
    except TelegramError as error:
        raise NotNow(f"telegram: {type(error).__name__}") from None
    return int(sent.message_id)
