"""The first Ctrl-C is noted, the second one interrupts, and the usual one comes back."""

from __future__ import annotations

import signal
import threading

import pytest

from actmath.experiment._engine.interrupt import interruption


def test_first_is_noted_second_interrupts() -> None:
    usual = signal.getsignal(signal.SIGINT)
    with interruption() as request:
        assert not request.asked
        signal.raise_signal(signal.SIGINT)
        assert request.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is usual


def test_what_is_ignored_stays_so() -> None:
    usual = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with interruption() as request:
            signal.raise_signal(signal.SIGTERM)
            assert not request.asked
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, usual)


def test_other_threads_change_nothing() -> None:
    usual, found = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with interruption() as request:
            found.append((request.asked, signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [(False, usual)]
