"""The picture of concordance: every pair of samples by relatedness and by the odds of the same individual."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert

from biomarkers.errors import count

COLORS = {"one patient's, as expected": "#0072B2", "other patients', as expected": "#b8b19a"}
COLORS |= {"not what the sheet says": "#D55E00", "undetermined": "#CC79A7"}
"""Okabe and Ito 2008 (https://jfly.uni-koeln.de/color/), and a grey for the many."""
LOWEST = -1.5
"""Relatedness below it is drawn at it: the ratio has a small divisor in tumors that lost most heterozygous sites."""
LABELS = 30


def svg(pairs: pd.DataFrame) -> str:
    """The picture as an SVG; pairs: schema `concordance`."""
    return str(vl_convert.vegalite_to_svg(picture(pairs), allowed_base_urls=[]))


def picture(pairs: pd.DataFrame) -> dict[str, Any]:
    """Vega-Lite specification; pairs: schema `concordance`.

    Of unrelated pairs, which are the most, those that fall on one another within 1 in 100 of the axes are drawn once.
    """
    drawn = _points(pairs)
    wrong = drawn[drawn["kind"].eq("not what the sheet says")]
    ticks = [-1000, -100, -10, 0, 10, 100, 1000, 10_000]
    x = alt.X(
        "relatedness:Q",
        title="Relatedness (1: one individual, 0.5: siblings, 0: unrelated)",
        scale=alt.Scale(domain=[LOWEST, 1.4]),
    )
    y = alt.Y(
        "lod_same:Q",
        title="log10 odds, same individual : unrelated",
        scale=alt.Scale(type="symlog", constant=10),
        axis=alt.Axis(values=ticks, format="d"),
    )
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=[*COLORS], range=[*COLORS.values()]),
        legend=alt.Legend(title=None, orient="top", direction="horizontal", labelLimit=300),
    )
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=[*COLORS], range=["circle", "circle", "cross", "triangle"]))
    points = alt.Chart(drawn).mark_point(filled=True, size=45, opacity=0.75).encode(x=x, y=y, color=color, shape=shape)
    labels = alt.Chart(wrong.head(LABELS)).mark_text(align="left", dx=8, fontSize=11).encode(x=x, y=y, text="label:N")
    counts = pairs["verdict"].value_counts()
    said = ", ".join(f"{number} {str(name).replace('_', ' ')}" for name, number in counts.items()) or "none"
    pairs_told = count(len(pairs), "pair")
    without = len(pairs) - int(pairs["relatedness"].notna().sum())
    left_off = f"; {without} without heterozygous sites are in the table only" if without else ""
    title = alt.Title(
        "Which samples come from the same individual", subtitle=f"{pairs_told}: {said}{left_off}", anchor="start"
    )
    chart = alt.layer(points, labels).properties(width=640, height=420, title=title)
    with alt.data_transformers.enable("default", max_rows=None):
        spec: dict[str, Any] = chart.configure(font="sans-serif", background="white").to_dict()
    spec["description"] = f"Relatedness of {pairs_told} of samples: {said}"
    return spec


def _points(pairs: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: relatedness, lod_same, kind and label of each point, the many first, under the others."""
    same, verdict = pairs["expected"].eq("same"), pairs["verdict"]
    names = list(COLORS)
    choices = [verdict.eq("match") & same, verdict.eq("match"), verdict.ne("undetermined")]
    table = pd.DataFrame(
        {
            "relatedness": pairs["relatedness"].clip(lower=LOWEST),
            "lod_same": pairs["lod_same"],
            "kind": np.select(choices, names[:3], names[3]),
            "label": pairs["sample_1"] + " / " + pairs["sample_2"],
        }
    )[pairs["relatedness"].notna()]
    many = table["kind"].eq(names[1])
    grid = pd.DataFrame({"x": table["relatedness"].round(2), "y": np.arcsinh(table["lod_same"] / 10).round(2)})
    kept = table[~(many & grid.assign(many=many).duplicated())]
    return kept.sort_values(
        "kind", key=lambda kind: kind.map({name: i for i, name in enumerate([names[1], names[0], *names[2:]])})
    )
