# SPDX-License-Identifier: GPL-2.0
"""A block as a table, for terminals and for Markdown."""

from . import number
from .results import is_ours

OURS_COLOUR, RATIO_COLOUR, PLAIN = "\033[1m", "\033[36m", "\033[0m"
# From here on the reader should know how much the repetitions differ.
NOTABLE_SPREAD = 0.01


def cell(result):
    if not result:
        return "-"
    text = number.amount(result["median"])
    spread = number.spread(result)
    return f"{text} ±{spread:.0%}" if spread >= NOTABLE_SPREAD else text


def ratio_rows(block):
    if not is_ours(block.own):
        return
    comparisons = {
        "best peer": block.best_peer,
        "sysv": lambda value: block.median("sysv", value),
    }
    for name, median in comparisons.items():
        ratios = [block.ratio(value, median(value)) for value in block.values]
        if any(ratio is not None for ratio in ratios):
            yield [f"{block.own} / {name}", *("-" if r is None else f"{r:.2f}" for r in ratios)]


def rows(block):
    """The heads of the columns, then the lines of the table."""
    yield ["", *(number.value(block.parameter, value) for value in block.values)]
    for subject in block.subjects:
        yield [subject, *(cell(block.get(subject, value)) for value in block.values)]
    yield from ratio_rows(block)


def colour(line, label):
    if " / " in label:
        return RATIO_COLOUR + line + PLAIN
    return OURS_COLOUR + line + PLAIN if is_ours(label) else line


def aligned(cells, widths):
    rest = (text.rjust(width) for text, width in zip(cells[1:], widths[1:]))
    return "  ".join([cells[0].ljust(widths[0]), *rest])


def text(block, with_colours=False):
    lines = list(rows(block))
    if not block.parameter:
        del lines[0]
    widths = [max(map(len, column)) for column in zip(*lines)]
    output = [block.title]
    for cells in lines:
        line = "  " + aligned(cells, widths).rstrip()
        output.append(colour(line, cells[0]) if with_colours else line)
    return "\n".join(output) + "\n"


def markdown(block):
    head, *lines = rows(block)
    if not block.parameter:
        head[1] = block.unit
    output = [f"**{block.title}**", "", head, ["---"] + ["--:"] * (len(head) - 1), *lines]
    return "\n".join(
        line if isinstance(line, str) else "| " + " | ".join(line) + " |" for line in output
    )
