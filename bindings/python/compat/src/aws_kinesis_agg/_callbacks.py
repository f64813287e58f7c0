"""Who gets full aggregates: callbacks, and none of them is lost when one raises."""

import logging
import os
import threading
import weakref
from collections import deque
from typing import Callable, Deque, List, Optional, Tuple

from ._record import AggRecord

Callback = Callable[[AggRecord], object]

_log = logging.getLogger(__name__)
_everywhere: "weakref.WeakSet[Callbacks]" = weakref.WeakSet()


def _forked() -> None:
    """In the child, whoever held a lock is gone."""
    for callbacks in list(_everywhere):
        callbacks._renew_locks()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


class Callbacks:
    """The callbacks of an aggregator, and what they or its caller are still to get.

    They run without any lock, and may use the aggregator.
    """

    def __init__(self) -> None:
        self.callbacks: List[Tuple[Callback, bool]] = []
        self._renew_locks()
        _everywhere.add(self)
        # Full, and some callback has not had them.
        self._uncalled: Deque[AggRecord] = deque()
        # Full, and the caller has not had them.
        self._unreturned: Deque[AggRecord] = deque()

    def _renew_locks(self) -> None:
        # Whatever runs under it by chance, a finalizer say, may come back here.
        self._lock = threading.RLock()

    def on_record_complete(self, callback: Callback, execute_on_new_thread: bool = True) -> None:
        """Calls ``callback`` with each aggregate that is full, on a thread of its own
        unless told otherwise.

        If it raises, the aggregate is kept, and all callbacks are called with it again
        when the next is full, or by ``clear_and_get``. On the caller's thread the
        exception comes out of the call.
        """
        if not callable(callback):
            raise TypeError(f"the callback is {type(callback).__name__}, and cannot be called")
        with self._lock:
            if all(known != callback for known, _ in self.callbacks):
                self.callbacks.append((callback, execute_on_new_thread))

    def clear_callbacks(self) -> None:
        """Forgets all callbacks. What they have not had is returned instead."""
        with self._lock:
            self.callbacks.clear()
            self._unreturned.extend(self._uncalled)
            self._uncalled.clear()

    def _left_over(self) -> Optional[AggRecord]:
        """What the caller is still to get, one at a time."""
        with self._lock:
            return self._unreturned.popleft() if self._unreturned else None

    def _call_back(self) -> None:
        """Calls back with what was not yet; when a callback raises, the rest stays."""
        with self._lock:
            waiting = list(self._uncalled)
            self._uncalled.clear()
            callbacks = list(self.callbacks)
            if not callbacks:
                self._unreturned.extend(waiting)
                return
        for number, record in enumerate(waiting):
            try:
                self._call_all(callbacks, record)
            except BaseException:
                with self._lock:
                    self._uncalled.extendleft(reversed(waiting[number:]))
                raise

    def _call_all(self, callbacks: List[Tuple[Callback, bool]], record: AggRecord) -> None:
        for callback, on_new_thread in callbacks:
            if on_new_thread:
                threading.Thread(target=self._call, args=(callback, record)).start()
            else:
                callback(record)

    def _call(self, callback: Callback, record: AggRecord) -> None:
        """On a thread of its own, whose end tells of the exception."""
        try:
            callback(record)
        except BaseException:
            with self._lock:
                self._uncalled.append(record)
            _log.error("a callback failed; its aggregate is kept, and called back with again")
            raise
