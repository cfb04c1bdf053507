"""Several processes: a pool of this machine, and a cluster's scheduler with workers on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import pytest

from actmath import prove

NAME = "theorem-1-norm"


@contextmanager
def pool() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


@contextmanager
def cluster() -> Iterator[Executor]:
    """A scheduler and two worker processes that speak over TCP, as on several machines."""
    from distributed import Client, LocalCluster

    local = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, **local) as workers,
        Client(workers) as client,
        client.get_executor() as executor,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        yield executor


@pytest.mark.parametrize("workers", [pool, cluster], ids=["processes", "cluster"])
def test_any_executor_reaches_the_same_certificate(workers: type[Iterator[Executor]]) -> None:
    calls: list[int] = []
    with workers() as executor:
        shared = prove.prove(
            NAME, executor=executor, progress=lambda done, waiting: calls.append(waiting)
        )
        (refuted,) = prove.prove_all(["theorem-1-mean-lower"], executor=executor)
    alone = prove.prove(NAME)
    assert shared.certificate
    assert alone.certificate
    assert shared.certificate.as_dict() == alone.certificate.as_dict()
    assert calls[-1] == 0
    assert refuted.verdict is prove.Decision.REFUTED
