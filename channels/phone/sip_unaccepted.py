"""Calls that the SIP stack has not accepted are not told of.

baresip tells of a call's sound (``CALL_REMOTE_SDP``) before it knows whether there will be a call:
an INVITE whose Contact, Record-Route or Via is of no use is refused a moment later, and then nobody
is told that the call is gone. baresip-python takes hold of every call it hears of and lets go of it
when it is told that the call is closed: never, here. Such a call would keep its sockets and its
place among those that may be at once, and be freed twice in the end. So a listener of ours stands
in front of baresip-python's, and stops whatever is told of a call that has no Call-ID yet. A call
has one before it is told of as incoming.

The functions are baresip's own (``include/baresip.h``), which the binding's library exports.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec

from anban.errors import ChannelError

LISTENER = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
"""``bevent_h``: the event's number, the event, the listener's argument; in the stack's thread."""


@cache
def ignore_unaccepted() -> object:
    """See to it, once and for good; to be called before the stack starts and listens itself.

    Returns:
        The listener, which has to live as long as the process.

    Raises:
        ChannelError: it is not the SIP stack that was expected.
    """
    binding = find_spec("baresip._native")
    try:
        stack = ctypes.CDLL(binding.origin if binding else None)
        call_of, id_of, stop = stack.bevent_get_call, stack.call_id, stack.bevent_stop
        register = stack.bevent_register
    except (OSError, AttributeError) as other:
        raise ChannelError(f"another SIP stack than was expected: {other}") from other
    call_of.argtypes = id_of.argtypes = stop.argtypes = [ctypes.c_void_p]
    call_of.restype = id_of.restype = ctypes.c_void_p
    stop.restype = None
    register.argtypes = [LISTENER, ctypes.c_void_p]

    def on_event(_number: int, event: int, _argument: int | None) -> None:
        call = call_of(event)
        if call and not id_of(call):
            stop(event)

    listener = LISTENER(on_event)
    if register(listener, None):
        raise ChannelError("the SIP stack takes no listener")
    return listener
