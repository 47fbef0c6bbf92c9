"""Notices by e-mail."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from backend.config import SmtpConfig
from backend.notices.ports import Message, NotNow, Receipt, Refused


class SmtpNotifier:
    """Hands messages to a mail server; the receipt is the Message-ID and the server's reply."""

    def __init__(self, config: SmtpConfig) -> None:
        self._config = config

    async def send(self, message: Message) -> Receipt:
        """Send one e-mail.

        Causes are not chained, since a mail server repeats addresses in its refusals.

        Raises:
            Refused: the server refuses for good (5xx).
            NotNow: it cannot be reached or asks to come back (4xx).
        """
        mail = self._mail(message)
        try:
            _, reply = await aiosmtplib.send(
                mail,
                hostname=self._config.host,
                port=self._config.port,
                username=self._config.username,
                password=self._config.password,
                use_tls=self._config.tls == "tls",
                start_tls=self._config.tls == "starttls",
                timeout=self._config.timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(one.code for one in error.recipients)) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error.code) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotNow(f"mail server: {type(error).__name__}") from None
        return Receipt(f"{mail['Message-ID']} {reply}")

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._config.sender
        mail["To"] = message.address
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(message.created_at)
        mail["Message-ID"] = f"<{message.id}@anban>"
        if message.urgent:
            mail["Importance"] = "high"
            mail["X-Priority"] = "1"
        mail.set_content(message.text)
        return mail


def _refusal(code: int) -> Refused | NotNow:
    kind = NotNow if code < 500 else Refused
    return kind(f"mail server answered {code}")
