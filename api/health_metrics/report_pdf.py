"""A report as PDF: what was measured in words and a table, then a plot of each metric.

Figures are made without pyplot, whose state belongs to the process and not to a request.
"""

import datetime as dt
import io
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from numpy.typing import NDArray

from analytics.trends.summary import brief, unit_text
from api.health_metrics.report_schemas import ChartData, MetricSummary, Report

A4_INCHES = (8.27, 11.69)
PLOTS_PER_PAGE = 4
LINES_PER_PAGE = 62
WIDTH = 106
"""Characters of a line of text."""
_MARGIN = 0.08
_LINE_HEIGHT = 0.0142
_INK, _BAND, _TARGET = "#1d4ed8", "#bfd3f7", "#e6f4ea"
_FOOT = "Measured values, not a diagnosis. Talk to your clinician about what they mean for you."
_GAP_STEPS = 2.5
_STEP = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1)}


def pdf(report: Report) -> bytes:
    """The report as a PDF document."""
    out = io.BytesIO()
    about = report.summary
    title = f"Health report, {about.period}, {about.since} to {about.until}"
    metadata = {"Title": title, "Creator": "JEGHealth", "CreationDate": about.generated_at}
    with PdfPages(out, metadata=metadata) as document:
        figures = [*_text_pages(report, title), *_plot_pages(report)]
        for number, figure in enumerate(figures, 1):
            foot = f"{_FOOT}   {number}/{len(figures)}"
            figure.text(_MARGIN, 0.03, foot, fontsize=7, color="#555555", parse_math=False)
            document.savefig(figure)
    return out.getvalue()


def _page() -> Figure:
    figure = Figure(figsize=A4_INCHES)
    FigureCanvasAgg(figure)
    return figure


@cache
def _font() -> FT2Font:
    return get_font(findfont(FontProperties(family="DejaVu Sans")))


def printable(text: str) -> str:
    """Text in characters that the font has; a question mark for others."""
    font = _font()
    return "".join(one if font.get_char_index(ord(one)) else "?" for one in text)


def _text_pages(report: Report, title: str) -> Iterator[Figure]:
    lines = list(_text(report))
    for start in range(0, max(len(lines), 1), LINES_PER_PAGE):
        figure = _page()
        figure.text(_MARGIN, 0.945, title, fontsize=14, weight="bold", parse_math=False)
        for row, line in enumerate(lines[start : start + LINES_PER_PAGE]):
            heading = line.isupper()
            figure.text(
                _MARGIN,
                0.92 - row * _LINE_HEIGHT,
                printable(line),
                fontsize=8 if heading else 7.6,
                weight="bold" if heading else "normal",
                family="DejaVu Sans" if heading else "DejaVu Sans Mono",
                parse_math=False,
            )
        yield figure


def _text(report: Report) -> Iterator[str]:
    about = report.summary
    yield from textwrap.wrap(f"{about.name} · days in {about.time_zone}", WIDTH)
    yield f"Measured on {about.completeness.text}."
    yield from _section("MEASUREMENTS", _table(about.metrics))
    yield from _section("WHAT STANDS OUT", [one.text for one in about.insights])
    yield from _section("BETTER THAN BEFORE", [one.text for one in report.improvements])
    yield from _section("WHAT YOU CAN DO", [one.text for one in report.recommendations])
    reached = [f"{one.achieved_on}  {one.text}" for one in about.milestones]
    yield from _section("REACHED", reached)
    sources = sorted(
        {one.source for one in about.insights if one.source}
        | {one.time_in_range.target.source for one in about.metrics if one.time_in_range}
    )
    yield from _section("SOURCES OF RANGES", sources)


def _section(heading: str, paragraphs: Sequence[str]) -> Iterator[str]:
    if not paragraphs:
        return
    yield ""
    yield heading
    for paragraph in paragraphs:
        yield from textwrap.wrap(paragraph, WIDTH, drop_whitespace=False) or [""]


def _table(metrics: Sequence[MetricSummary]) -> list[str]:
    if not metrics:
        return ["Nothing was measured in this period."]
    head = f"{'':<24}{'days':>10}{'mean':>9}{'least-greatest':>17}{'in range':>10}  change a day"
    rows = [head]
    for one in metrics:
        inside = one.time_in_range
        days = f"{one.completeness.days}/{one.completeness.of_days}"
        spread = f"{_number(one.min)}-{_number(one.max)}"
        share = f"{inside.inside_percent:.0f} %" if inside else "-"
        row = f"{one.label:<24}{days:>10}{_number(one.mean):>9}{spread:>17}{share:>10}"
        trend = one.trend
        if trend:
            change, low, high = (
                brief(one, digits=2, sign="+") for one in (trend.per_day, trend.low, trend.high)
            )
            row += f"  {change} ({low} to {high})"
        rows.append(row)
    return rows


def _number(value: float | None) -> str:
    return "-" if value is None else brief(value, digits=4)


def _plot_pages(report: Report) -> Iterator[Figure]:
    charts = report.metrics_chart_data
    zone = ZoneInfo(report.summary.time_zone)
    for start in range(0, len(charts), PLOTS_PER_PAGE):
        figure = _page()
        figure.subplots_adjust(left=0.1, right=0.95, top=0.95, bottom=0.08, hspace=0.4)
        for place, chart in enumerate(charts[start : start + PLOTS_PER_PAGE]):
            _plot(figure.add_subplot(PLOTS_PER_PAGE, 1, place + 1), chart, zone)
        yield figure


def _plot(axes: Axes, chart: ChartData, zone: ZoneInfo) -> None:
    """Mean as a line, least to greatest as a band, gaps open; steps as bars."""
    axes.set_title(f"{chart.label} ({unit_text(chart.unit)})", fontsize=9, loc="left")
    times = [dt.datetime.fromtimestamp(ms / 1000, dt.UTC) for ms in chart.t]
    if chart.total is not None:
        width = _STEP[chart.resolution] * 0.8
        axes.bar(times, chart.total, width=width, align="edge", color=_INK)  # type: ignore[arg-type]
    else:
        times, (mean, low, high) = _opened(chart, times)
        axes.fill_between(times, low, high, color=_BAND, linewidth=0)  # type: ignore[arg-type]
        axes.plot(times, mean, color=_INK, linewidth=1, marker=".", markersize=3)  # type: ignore[arg-type]
    if chart.target:
        axes.axhspan(chart.target.low, chart.target.high, color=_TARGET, zorder=0)
    locator = AutoDateLocator(tz=zone)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, tz=zone)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.tick_params(labelsize=7)
    axes.grid(visible=True, linewidth=0.3)


def _opened(
    chart: ChartData, times: list[dt.datetime]
) -> tuple[list[dt.datetime], list[NDArray[np.float64]]]:
    """Times and columns with a NaN in every gap, so that nothing joins what lies beside it."""
    longest = _GAP_STEPS * _STEP[chart.resolution]
    gaps = [i for i in range(1, len(times)) if times[i] - times[i - 1] > longest]
    opened = list(times)
    for i in reversed(gaps):
        opened.insert(i, times[i - 1] + (times[i] - times[i - 1]) / 2)
    columns = [
        np.insert(np.asarray(one), gaps, np.nan) for one in (chart.mean, chart.min, chart.max)
    ]
    return opened, columns
