# SPDX-License-Identifier: GPL-2.0
"""A block as a plot, drawn by gnuplot."""

import re
import subprocess

from . import number
from .results import is_number, is_ours
from .table import NOTABLE_SPREAD

# The same in each plot. What belongs together has related colours.
COLOURS = {
    "synchmess": "#d55e00",
    "synchmess-send": "#e69f00",
    "synchmess-mailbox": "#a0522d",
    "sysv": "#0072b2",
    "mqueue": "#56b4e9",
    "pipe": "#009e73",
    "packet-pipe": "#7fc97f",
    "seqpacket": "#8c6bb1",
    "dgram": "#cc79a7",
    "zeromq": "#b8860b",
    "futex": "#0072b2",
    "pthread": "#56b4e9",
    "eventfd": "#8c6bb1",
    "floor": "#999999",
}
OTHERS = ("#000000", "#666666", "#444488", "#448844", "#884444")
# A linear axis would press the smaller half of such ranges into its corner.
LOGARITHMIC_FROM = 20


def colour(subject):
    return COLOURS.get(subject) or OTHERS[sum(subject.encode()) % len(OTHERS)]


def can_be_drawn(block):
    return len(block.values) > 1 and all(map(is_number, block.values))


def is_wide(numbers):
    positive = [number for number in numbers if number > 0]
    return len(positive) > 1 and max(positive) / min(positive) >= LOGARITHMIC_FROM


def axes(block):
    medians = [result["median"] for result in block.results.values()]
    if is_wide(block.values):
        yield "set logscale x 2" if block.parameter == "bytes" else "set logscale x"
    if is_wide(medians):
        yield "set logscale y"
    else:
        yield "set yrange [0:*]"
    ticks = (f"'{number.value(block.parameter, value)}' {value}" for value in block.values)
    yield f"set xtics rotate by -30 ({', '.join(ticks)})"


def style(block, subject):
    varies = any(
        number.spread(result) >= NOTABLE_SPREAD
        for (name, _), result in block.results.items()
        if name == subject
    )
    width = 3 if is_ours(subject) else 1.5
    kind = "yerrorlines" if varies else "linespoints"
    return f"with {kind} lw {width} pt 7 ps 0.5 lc rgb '{colour(subject)}'"


def data(block, subject):
    for value in block.values:
        result = block.get(subject, value)
        # A logarithmic axis has no place for nothing.
        if result and (value or not is_wide(block.values)):
            yield f"{value} {result['median']} {result['low']} {result['high']}"
    yield "e"


def script(block, output):
    yield "set terminal svg size 800,480 font 'sans-serif,13' background '#ffffff'"
    yield f"set output '{output}'"
    yield f"set title '{block.title}' noenhanced"
    yield f"set xlabel '{block.parameter}' noenhanced"
    yield f"set ylabel '{block.unit} per {block.per}' noenhanced"
    yield "set key outside right noenhanced"
    yield "set grid xtics ytics lt 1 lw 0.5 lc rgb '#cccccc'"
    yield "set format y '%.10g'"
    yield from axes(block)
    curves = (f"'-' title '{name}' {style(block, name)}" for name in block.subjects)
    yield "plot " + ", ".join(curves)
    for subject in block.subjects:
        yield from data(block, subject)


# In a file that is committed it comes first.
LICENCE = "<!-- SPDX-License-Identifier: GPL-2.0 -->\n"


def licence(output):
    """Instead of the declaration of XML, which is the default."""
    _, _, drawing = output.read_text(encoding="utf-8").partition("?>\n")
    output.write_text(LICENCE + drawing, encoding="utf-8")


def draw(block, folder):
    """Returns the file that was made: its name is that of the case."""
    name = re.sub(r"[^\w.-]+", "-", f"{block.case}-{block.per}-{block.parameter}")
    output = folder / f"{name}.svg"
    commands = "\n".join(script(block, output)) + "\n"
    subprocess.run(["gnuplot"], input=commands, text=True, check=True)
    licence(output)
    return output
