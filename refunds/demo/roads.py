"""Which step leads nearer to a state: the classes of the kinds read as maps."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Sequence

from casework.models import Case
from casework.workflow import States, Step
from logistics.kinds.endings import MENDED


def distances(kind: type[Case], goals: Collection[str]) -> dict[str, int]:
    """How many moves each state of the kind is away from the nearest of the goals. A state that leads to none is left out."""
    before = defaultdict(set)
    for step in kind.steps():
        for start in _sources(kind, step) if step.target is not None else ():
            before[str(step.target)].add(str(start))
    found, waiting = dict.fromkeys(goals, 0), deque(goals)
    while waiting:
        state = waiting.popleft()
        for source in before[state] - found.keys():
            found[source] = found[state] + 1
            waiting.append(source)
    return found


def _sources(kind: type[Case], step: Step) -> Sequence[States]:
    """Where a step begins as a rule: a remedy ends where it is waited for, though its end is taken wherever it comes."""
    waits = [each for each in step.source if each in kind.WAITS_IN]
    return waits if waits and step.hidden and step.name in MENDED.values() else step.source
