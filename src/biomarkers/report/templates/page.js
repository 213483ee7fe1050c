"use strict";
// Figures are drawn from the JSON beside them, as wide as the page allows; tables sort and filter in place.
(() => {
  const figures = [...document.querySelectorAll("figure")].map((figure) => ({
    chart: figure.querySelector(".chart"),
    text: figure.querySelector("script").textContent,
    drawn: 0,
  }));

  // Vega-Lite's width is that of the plot; the axis and its labels need room beside it.
  const narrowed = (spec, width) => {
    for (const part of [spec, ...(spec.vconcat || [])]) {
      if (typeof part.width === "number") part.width = Math.min(part.width, width);
    }
    return spec;
  };

  const draw = async (item) => {
    const room = item.chart.clientWidth;
    if (item.drawn === room) return;
    item.drawn = room;
    try {
      const spec = JSON.parse(item.text);
      await vegaEmbed(item.chart, narrowed(spec, Math.max(150, room - spec.usermeta.beside)), {
        mode: "vega-lite",
        renderer: "svg",
        ast: true,
        actions: false,
        tooltip: { theme: "light" },
      });
      item.chart.dataset.drawn = "yes";
    } catch (error) {
      item.chart.textContent = "This figure could not be drawn: " + error.message;
      item.chart.classList.add("failed");
      console.error(error);
    }
  };
  const drawAll = () => Promise.all(figures.map(draw));
  drawAll().then(() => { document.body.dataset.ready = "yes"; });
  let waiting;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(drawAll, 200); });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort);
  };
  const compare = (a, b) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  };

  for (const table of document.querySelectorAll("table")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    if (body.rows.length < 3) continue;
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
        const empty = (row) => row.cells[column].textContent === "";
        const rows = [...body.rows].sort((a, b) =>
          empty(a) || empty(b) ? empty(a) - empty(b) : sign * compare(key(a, column), key(b, column)));
        body.append(...rows);
      });
    });
  }

  for (const label of document.querySelectorAll(".filter")) {
    const rows = [...label.parentElement.querySelector("tbody").rows];
    const shown = label.querySelector("output");
    const filter = () => {
      const words = label.querySelector("input").value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        count += !row.hidden;
      }
      shown.textContent = count === rows.length ? `${count} rows` : `${count} of ${rows.length} rows`;
    };
    label.querySelector("input").addEventListener("input", filter);
    filter();
  }
})();
