"""The lines of ``leap``: the 25 indicators of the Leicester business plan (Table 16) and the headline outcomes.

What each counts is contract KPIS.md, "Leicester: the 25 indicators". Order, numbers and titles are Table 16's; each
heading has its file.
"""

from reporting.indicators.leicester import barriers, centres, commissioning, employers, headlines, sustained

# kpi_25 divides by the others, so it is counted last.
LEAP = (
    *headlines.LINES,
    *employers.LINES,
    *barriers.LINES,
    *centres.LINES,
    *sustained.LINES,
    *commissioning.LINES,
)
