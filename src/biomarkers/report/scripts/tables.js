// Tables of the store in Tabulator: sorted, searched, paged, with columns to choose and as CSV. Cells are text nodes.
const ROWS_OF_A_PAGE = 10;
const tables = new Map();

const cellsOf = (parts, rows) => {
  const texts = parts.map((part) => column(part.t));
  const sorts = parts.map((part) => (part.s ? column(part.s) : null));
  const hints = parts.map((part) => (part.h ? column(part.h) : null));
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(texts.map((text, place) => [
      "c" + place,
      { text: text[row], sort: sorts[place] ? sorts[place][row] : null, hint: hints[place] ? hints[place][row] : null },
    ])));
};

// Empty cells last, whichever way; numbers as numbers, and before words.
const compareCells = (within) => (a, b, rowA, rowB, ofColumn, direction) => {
  const empty = (cell) => cell.text === "" && cell.sort === null;
  if (within !== undefined) {
    const kinds = [rowA, rowB].map((row) => row.getData()["c" + within].text);
    if (kinds[0] !== kinds[1]) return kinds[0].localeCompare(kinds[1]) * (direction === "desc" ? -1 : 1);
  }
  if (empty(a) || empty(b)) return (empty(a) - empty(b)) * (direction === "desc" ? -1 : 1);
  if (a.sort !== null && b.sort !== null) return a.sort < b.sort ? -1 : Number(a.sort > b.sort);
  if (a.sort !== null || b.sort !== null) return (a.sort === null) - (b.sort === null);
  return a.text.localeCompare(b.text, "en", { numeric: true });
};

// What there is of one kind of data: a sign of its own shape for each state, and what stands behind the colon.
const SIGNS = { present: "●", caution: "◐", "not evaluable": "⊘", missing: "–" };
const shownState = ({ text, hint }) => {
  const [state, short] = text.split(": ");
  return make("span", { class: "state " + state.replace(" ", "-"), title: known(text, hint).join(": ") },
    make("span", { role: "img", "aria-label": known(state, hint).join(": "), text: SIGNS[state] || state }),
    short ? make("span", { text: " " + short }) : null);
};

const shownCell = (about, highest) => (cell) => {
  const { text, sort, hint } = cell.getValue();
  if (about.kind === "state") return shownState(cell.getValue());
  if (about.kind === "shade") cell.getElement().style.setProperty("--shade", Math.round(100 * (sort || 0) / highest) + "%");
  if (about.kind === "gene") return make("button", { type: "button", class: "patient", text, onclick: () => chooseGene(text) });
  if (about.kind !== "patient" || !text) return make("span", { text, title: hint || undefined });
  return make("button", { type: "button", class: "patient", text, onclick: () => choose(text, "table") });
};

// The largest number of the columns whose cells are shaded by theirs.
const highestOf = (about) => Math.max(1, ...about.columns.flatMap((one, place) => (one.kind === "shade" && about.cells[place].s ? column(about.cells[place].s) : [])));

const columnsOf = (about, highest = highestOf(about)) => about.columns.map((one, place) => ({
  field: "c" + place,
  title: one.title,
  visible: !one.hidden,
  frozen: place === 0 && about.columns.length > 2,
  hozAlign: one.number ? "right" : "left",
  headerHozAlign: one.number ? "right" : "left",
  cssClass: [one.number && "number", one.room, one.kind === "shade" && "shade"].filter(Boolean).join(" "),
  // On a narrow screen the column that stays leaves room for those that move.
  minWidth: { little: 110, some: 150, much: 300 }[one.room] || 60,
  maxWidth: place === 0 && innerWidth < 600 ? 150 : { much: 460, some: 300 }[one.room] || 320,
  sorter: compareCells(one.within),
  headerSort: !about.ordered,
  titleFormatter: () => (about.ordered
    ? make("span", { text: one.title, title: one.help || undefined })
    : make("button", { type: "button", class: "sort", text: one.title, title: one.help || undefined })),
  formatter: shownCell(one, highest),
}));

const fileName = (name) => name.replace(/[^A-Za-z0-9._-]+/g, "_");

// A number as it is where the cell shows nothing but a number, else what is shown.
const exported = (cell) => {
  const plain = /^[-<−\d.,\s]+$/.test(cell.text);
  return cell.sort !== null && plain ? cell.sort : cell.text.replaceAll("−", "-");
};
const exportTable = (grid, about, name) => {
  const columns = grid.getColumns().filter((one) => one.isVisible()).map((one) => one.getField());
  const lines = [];
  for (const row of grid.getRows("active")) {
    for (const cells of [row.getData(), ...(row.getData()._children || [])]) lines.push(columns.map((field) => exported(cells[field])));
  }
  keepCsv(fileName(name), columns.map((field) => about.columns[Number(field.slice(1))].title), lines);
};

const columnChoice = (grid, about) => make("details", { class: "panel" },
  make("summary", { text: "Columns" }),
  make("ul", {}, ...about.columns.map((one, place) => make("li", {},
    make("label", {},
      make("input", { type: "checkbox", checked: !one.hidden, onchange: () => grid.toggleColumn("c" + place) }),
      make("span", { text: " " + one.title })),
    one.help ? make("p", { text: one.help }) : null))));

// Filters above the table: words in any cell, one value of a column, numbers up to one.
const filtersOf = (grid, about, holder) => {
  const asked = about.columns.map((one, place) => [one, place]).filter(([one]) => one.asked);
  const search = make("input", { type: "search", placeholder: "find rows", "aria-label": "Find rows: " + about.caption });
  const inputs = asked.map(([one, place]) => {
    if (one.asked === "most") return make("input", { type: "number", min: 0, max: 1, step: "any", placeholder: "1", "aria-label": one.title + " at most" });
    const values = [...new Set(column(about.cells[place].t))].filter(Boolean).sort((a, b) => a.localeCompare(b));
    return make("select", { "aria-label": one.title }, make("option", { value: "", text: "any" }),
      ...values.map((value) => make("option", { value, text: value })));
  });
  const shown = make("output", {});
  const matches = (data) => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = [data, ...(data._children || [])].flatMap((cells) => about.columns.map((_, place) => cells["c" + place].text)).join(" ").toLowerCase();
    const only = data["c" + holder.dataset.only];
    return (!only || only.sort > 0) && words.every((word) => text.includes(word)) && asked.every(([one, place], of) => {
      const wanted = inputs[of].value;
      if (wanted === "") return true;
      const cell = data["c" + place];
      return one.asked === "most" ? cell.sort !== null && cell.sort <= Number(wanted) : cell.text === wanted;
    });
  };
  const apply = () => {
    grid.setFilter(matches);
    shown.textContent = `${grid.getDataCount("active")} of ${about.rows}`;
  };
  for (const input of [search, ...inputs]) input.addEventListener("input", apply);
  const leave = () => {
    apply();
    if (holder.dataset.only) grid.setSort("c" + holder.dataset.only, "desc");
    else grid.clearSort();
  };
  holder.addEventListener("only", leave);
  if (holder.dataset.only) leave();
  return [search, ...asked.map(([one], of) => make("label", {}, make("span", { text: one.title + (one.asked === "most" ? " ≤ " : " ") }), inputs[of])), shown];
};

// Only the rows in which the column of this title is above 0, the largest first; all rows, as they came, by none.
const leaveOnly = (holder, title) => {
  const place = store.tables[holder.dataset.table].columns.findIndex((one) => one.title === title);
  if (place < 0) delete holder.dataset.only;
  else holder.dataset.only = place;
  holder.dispatchEvent(new Event("only"));
};

const showTable = (holder) => {
  const name = holder.dataset.table;
  const about = store.tables[name];
  const data = cellsOf(about.cells, about.rows);
  for (const [row, cells] of Object.entries(about.folded || {})) {
    data[row]._children = cellsOf(cells, column(cells[0].t).length);
  }
  const ofPatient = about.columns.findIndex((one) => one.kind === "patient");
  data.forEach((cells, place) => { cells.id = place; });
  const pages = make("div", { class: "pages" }, make("span", {}), make("span", {}));
  holder.querySelector(".grid").after(pages);
  return new Promise((resolve) => {
    const grid = new Tabulator(holder.querySelector(".grid"), {
      data,
      columns: columnsOf(about),
      layout: "fitDataTable",
      // A page of rows is few: all are drawn, so none has to be measured for those that scroll in.
      renderVertical: "basic",
      pagination: !about.ordered && about.rows > ROWS_OF_A_PAGE + 5,
      paginationSize: ROWS_OF_A_PAGE,
      paginationSizeSelector: [10, 25, 50, 100],
      paginationCounter: "rows",
      // Beside the grid, in which a screen reader expects rows only.
      paginationElement: pages.firstChild,
      paginationCounterElement: pages.lastChild,
      columnHeaderSortMulti: false,
      dataTree: Boolean(about.folded),
      dataTreeBranchElement: false,
      // What is folded under a row stays with it, whatever is looked for and however rows are sorted.
      dataTreeFilter: false,
      dataTreeSort: false,
      dataTreeExpandElement: '<button type="button" class="fold" aria-label="Show the further estimates">+</button>',
      dataTreeCollapseElement: '<button type="button" class="fold" aria-label="Hide the further estimates">−</button>',
      dataTreeChildIndent: 14,
      rowFormatter: (row) => {
        if (ofPatient >= 0) row.getElement().classList.toggle("chosen", choice.patient !== null && row.getData()["c" + ofPatient].text === choice.patient);
      },
    });
    grid.on("tableBuilt", () => {
      // Rows take the focus that scrolls, not the element around them, which is no part of a grid (WAI-ARIA 1.2).
      const around = holder.querySelector(".tabulator-tableholder");
      around.removeAttribute("tabindex");
      around.querySelector(".tabulator-table").tabIndex = 0;
      const tools = make("div", { class: "tools" }, ...((about.rows > 8 && !about.ordered) || holder.closest("[data-only]") ? filtersOf(grid, about, holder) : []),
        columnChoice(grid, about), make("button", { type: "button", text: "CSV", title: "Keep what is shown as a CSV file", onclick: () => exportTable(grid, about, name) }));
      holder.querySelector(".around").before(tools);
      tables.set(name, { grid, ofPatient });
      holder.dataset.shown = "yes";
      resolve();
    });
  });
};

onChoice((patient, from) => {
  for (const { grid, ofPatient } of tables.values()) {
    if (ofPatient < 0) continue;
    const field = "c" + ofPatient;
    for (const row of grid.getRows("visible")) row.reformat();
    if (from === "table" || patient === null || !grid.options.pagination) continue;
    const place = grid.getRows("active").find((row) => row.getData()[field].text === patient);
    if (place) grid.setPageToRow(place.getData().id).catch(() => {});
  }
});
for (const holder of document.querySelectorAll("[data-table]")) {
  const { rows, ordered } = store.tables[holder.dataset.table];
  const grid = holder.querySelector(".grid");
  grid.style.minHeight = 70 + 30 * (ordered ? rows : Math.min(rows, ROWS_OF_A_PAGE)) + "px";
  whenNear(holder, () => showTable(holder).then(() => { grid.style.minHeight = ""; }));
}
