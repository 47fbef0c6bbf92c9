"""An answer that cannot be taken now goes again; one that never will be does not."""

import pytest

from anban.errors import ChannelError, NotNow, Refused
from channels.answering import ATTEMPTS, Sent, sent

pytestmark = pytest.mark.unit


class Reader:
    """Takes an answer after these errors."""

    def __init__(self, *errors: ChannelError) -> None:
        self.errors = list(errors)
        self.asked = 0

    async def take(self) -> None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)


async def test_what_will_never_be_taken_is_sent_once() -> None:
    reader = Reader(Refused("blocked"))
    assert await sent(reader.take) is Sent.REFUSED
    assert reader.asked == 1


async def test_what_cannot_be_taken_now_is_given_up_in_the_end() -> None:
    reader = Reader(*[NotNow("busy")] * ATTEMPTS)
    assert await sent(reader.take) is Sent.NOT_NOW
    assert reader.asked == ATTEMPTS


async def test_a_second_try_reaches_the_reader_whatever_kind_of_call_it_is() -> None:
    reader = Reader(NotNow("busy"))
    assert await sent(lambda: reader.take()) is Sent.TAKEN
    assert reader.asked == 2
