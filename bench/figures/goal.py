# SPDX-License-Identifier: GPL-2.0
"""Goals: figures that were promised, and whether they were reached.

A goal has a sentence, what is measured, often what it is compared with ("against"),
and the most that the figure, or their ratio, may be. What is measured is told by the
fields that its result has. The subject "best peer" is the peer that has the least, and
the value "largest of a peer" the largest that any peer can do. A goal "for" several
values stands for each of them, and the worst counts.
"""

import json

from . import number
from .results import is_number, is_peer

BEST_PEER = "best peer"
LARGEST = "largest of a peer"


class Verdict:
    def __init__(self, goal, figure=None, explanation="not measured"):
        self.goal = goal
        self.figure = figure
        self.explanation = explanation

    @property
    def word(self):
        if self.figure is None:
            return "unknown"
        return "reached" if self.figure <= self.goal["at_most"] else "missed"


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["goals"]


def fits(result, wanted):
    return all(result.get(field) == value for field, value in wanted.items())


def largest_of_a_peer(results, wanted):
    fields = {field: wanted[field] for field in wanted if field not in ("subject", "value")}
    values = [
        result["value"]
        for result in results
        if is_peer(result["subject"]) and fits(result, fields) and is_number(result["value"])
    ]
    return max(values, default=None)


def find(results, wanted):
    """The result that is meant: of several the one with the least."""
    wanted = dict(wanted)
    peers_only = wanted.get("subject") == BEST_PEER
    if wanted.get("value") == LARGEST:
        wanted["value"] = largest_of_a_peer(results, wanted)
    if peers_only:
        del wanted["subject"]
    found = [
        result
        for result in results
        if fits(result, wanted) and (not peers_only or is_peer(result["subject"]))
    ]
    return min(found, key=lambda result: result["median"], default=None)


def label(result):
    if not result.get("parameter"):
        return result["subject"]
    value = number.value(result["parameter"], result["value"])
    return f"{result['subject']}, {result['parameter']} {value}"


def judge_once(results, goal, value):
    more = {} if value is None else {"value": value}
    own = find(results, {**goal["measured"], **more})
    if not own:
        return Verdict(goal)
    text = f"{number.amount(own['median'])} ({label(own)})"
    if "against" not in goal:
        return Verdict(goal, own["median"], text)
    other = find(results, {**goal["against"], **more})
    if not other or not other["median"]:
        return Verdict(goal)
    base = other["median"] * goal.get("times", 1)
    times = f"{goal['times']} × " if "times" in goal else ""
    text += f" / {times}{number.amount(other['median'])} ({label(other)})"
    ratio = own["median"] / base
    return Verdict(goal, ratio, f"{ratio:.2f} = {text}")


def judge(results, goal):
    """The worst verdict of the goal's values; what was not measured is worst."""
    verdicts = [judge_once(results, goal, value) for value in goal.get("for", [None])]
    unknown = [verdict for verdict in verdicts if verdict.figure is None]
    return unknown[0] if unknown else max(verdicts, key=lambda verdict: verdict.figure)


def judge_all(results, goals):
    return [judge(results, goal) for goal in goals]


def text(verdicts):
    for verdict in verdicts:
        yield f"{verdict.word:8}  {verdict.goal['goal']}"
        yield f"          {verdict.explanation}; at most {verdict.goal['at_most']:g}"
    reached = sum(verdict.word == "reached" for verdict in verdicts)
    yield f"{reached} of {len(verdicts)} goals reached"


def markdown(verdicts):
    yield "| goal | | at most | measured |"
    yield "|---|---|--:|---|"
    for verdict in verdicts:
        cells = (verdict.goal["goal"], verdict.word, f"{verdict.goal['at_most']:g}")
        yield f"| {' | '.join(cells)} | {verdict.explanation} |"
