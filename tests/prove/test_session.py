"""Proving by name, with one process or several: a pool of this machine, a cluster's workers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from multiprocessing import get_context
from typing import Any

import pytest
from flint import ctx

from actmath import prove
from actmath.prove import Bound, Decision, Inequality
from actmath.prove._cover.cover import branch_and_bound

from .bowl import BOWL, SQUARE, statement

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


@pytest.mark.slow
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


def test_processes_reach_the_same_verdict() -> None:
    alone, both = (prove.prove("theorem-1-norm", processes=n) for n in (1, 2))
    assert alone.certificate
    assert both.certificate
    assert alone.certificate.evidence == both.certificate.evidence


@pytest.mark.parametrize("name", ["theorem-1", "theorem-1-mean-lower", "lemma-12-largest"])
def test_theorems_are_decided_in_few_boxes(name: str) -> None:
    result = prove.prove(name)
    expected = Decision.REFUTED if name == "theorem-1-mean-lower" else Decision.PROVED
    assert result.verdict is expected
    assert result.boxes < 2000


def test_unknown_names_and_budgets_say_what_would_be_right() -> None:
    with pytest.raises(KeyError, match="did you mean theorem-1"):
        prove.prove("theorem1")
    with pytest.raises(ValueError, match="budget must be an integer of at least 1"):
        prove.prove("theorem-1", budget=0)


def test_many_are_decided_in_the_order_asked_for() -> None:
    names = ["theorem-1-mean-upper", "theorem-1-mean-lower"]
    one, two = (list(prove.prove_all(names, processes=n)) for n in (1, 2))
    assert [result.statement.name for result in one] == names
    assert [result.verdict for result in one] == [Decision.PROVED, Decision.REFUTED]
    assert [r.certificate for r in one] == [r.certificate for r in two]


INEQUALITY = Inequality(BOWL, True, Fraction("0.78917"))
HARD = statement(Bound(BOWL, ">", "0.78917"))


class Recording(Executor):
    """Does each job when it is submitted, and counts them."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Any, ...]] = []

    def submit(self, function: Any, /, *args: Any, **keywords: Any) -> Future[Any]:
        self.jobs.append((function, args, keywords))
        future: Future[Any] = Future()
        future.set_result(function(*args, **keywords))
        return future


@pytest.mark.parametrize("processes", [1, 3])
def test_an_executor_that_is_given_is_used_and_left_open(processes: int) -> None:
    executor, names = Recording(), ["lemma-12-sum", "theorem-1-mean-lower"]
    found = list(prove.prove_all(names, processes=processes, budget=9, executor=executor))
    assert [result.statement.name for result in found] == names
    assert executor.jobs == [(prove.prove, (name,), {"budget": 9}) for name in names]
    hard = prove.prove(HARD, processes=processes, budget=500, executor=executor)
    shares = len(executor.jobs) - 2
    assert shares > 0
    assert hard.boxes >= 64 * processes
    assert executor.submit(len, "open").result() == 4


@pytest.mark.parametrize("processes", [1, 3])
def test_boxes_are_shared_out_by_the_number_of_processes(processes: int) -> None:
    """64 are examined for each before what is open is a job each."""
    executor = Recording()
    prove.prove(HARD, processes=processes, budget=400, executor=executor)
    start = branch_and_bound(INEQUALITY, SQUARE, 64 * processes)
    assert [args[1] for _, args, _ in executor.jobs[: len(start.open)]] == list(start.open)


def test_a_budget_is_for_each_of_many() -> None:
    (result,) = prove.prove_all(["theorem-1-norm"], budget=3)
    assert result.verdict is Decision.UNDECIDED
    assert result.boxes == 3


def test_all_are_decided_one_by_one_when_none_is_named() -> None:
    first = next(prove.prove_all(budget=2))
    assert first.statement.name == next(iter(prove.STATEMENTS))
    assert list(prove.prove_all([])) == []


def test_a_statement_itself_is_decided_as_one_by_name() -> None:
    known = prove.STATEMENTS["lemma-12-sum"]
    by_name, itself = prove.prove("lemma-12-sum"), prove.prove(known)
    assert by_name.statement is itself.statement is known
    assert by_name.certificate == itself.certificate
    with pytest.raises(ValueError, match="processes must be an integer of at least 1"):
        prove.prove(known, processes=0)
    with pytest.raises(TypeError, match=r"statement .*prove\.STATEMENTS"):
        prove.prove(5)  # type: ignore[arg-type]


def test_threads_of_different_precision_do_not_spoil_each_other() -> None:
    """python-flint has one precision for the process, which both set and put back."""
    before = ctx.prec
    asked = [replace(prove.STATEMENTS[NAME], bits=bits) for bits in (80, 400, 80, 400)]
    alone = [prove.prove(statement).certificate for statement in asked[:2]]
    with ThreadPoolExecutor(4) as threads:
        together = [result.certificate for result in threads.map(prove.prove, asked)]
    assert [c.evidence for c in together] == [c.evidence for c in alone] * 2
    assert [c.precision for c in together] == [80, 400, 80, 400]
    assert ctx.prec == before
