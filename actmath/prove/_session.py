"""What a user calls to prove a statement, or all of them, with one process or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from .._arrays import whole_number
from .._text.kinds import check_kind
from ._cover.cover import Progress
from ._cover.prover import BUDGET, Result, decide
from ._cover.statement import Statement
from .theorems import STATEMENTS


def prove(
    statement: str | Statement,
    *,
    processes: int = 1,
    budget: int = BUDGET,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Result:
    """Decide a statement, given itself or by name.

    Args:
        statement: a name in ``STATEMENTS``, or a ``Statement`` of one's own.
        processes: how many processes grow the covers.
        budget: the most boxes for one inequality; when it is spent the verdict is UNDECIDED.
        executor: any ``concurrent.futures.Executor`` to use instead of local processes, such as a
            Dask client's ``get_executor()``.
        progress: called with (boxes examined, boxes waiting) now and then.

    Raises:
        KeyError: if no statement has that name; the message lists the near ones.
        ValueError: if the budget or the number of processes is less than 1.
        TypeError: for what is no statement, or no integer.
    """
    check_kind(statement, (str, Statement), "statement", "prove.STATEMENTS holds them")
    budget, processes = whole_number(budget, "budget"), whole_number(processes, "processes")
    asked = STATEMENTS[statement] if isinstance(statement, str) else statement
    with _workers(processes, executor) as workers:
        return decide(asked, budget, workers, processes, progress)


def prove_all(
    names: Iterable[str] | None = None,
    *,
    processes: int = 1,
    budget: int = BUDGET,
    executor: Executor | None = None,
) -> Iterator[Result]:
    """Decide many statements, by default all; each by one process, in the order asked for."""
    wanted = list(STATEMENTS if names is None else names)
    # Whole statements are the jobs here, in ``prove`` the boxes of one statement.
    with _workers(processes, executor) as workers:
        if workers is None:
            yield from (prove(name, budget=budget) for name in wanted)
        else:
            jobs = [workers.submit(prove, name, budget=budget) for name in wanted]
            yield from (job.result() for job in jobs)


@contextmanager
def _workers(processes: int, executor: Executor | None) -> Iterator[Executor | None]:
    if executor is not None or processes == 1:
        yield executor
    else:
        # An executor that is given is its owner's to close; a pool made here is closed here.
        with ProcessPoolExecutor(processes) as pool:
            yield pool
