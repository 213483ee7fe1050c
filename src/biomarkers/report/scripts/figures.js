// Figures of the store, drawn by vega-embed when they come near the window, with the chosen patient marked in them.
const figures = new Map();
const darkScreen = matchMedia("(prefers-color-scheme: dark)");
// Paper is white, whatever the screen is.
let onWhite = false;

// The specification with its data, its own copy.
const specOf = (name) => {
  const spec = structuredClone(store.figures[name]);
  const used = new Set();
  const look = (part) => {
    if (Array.isArray(part)) part.forEach(look);
    else if (part && typeof part === "object") {
      if (part.data && part.data.name) used.add(part.data.name);
      Object.values(part).forEach(look);
    }
  };
  look(spec);
  spec.datasets = Object.fromEntries([...used].map((one) => [one, rowsOf(store.data[one])]));
  return spec;
};

const inDark = (part) => {
  if (typeof part === "string") return store.dark[part] || part;
  if (Array.isArray(part)) return part.map(inDark);
  if (!part || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, key === "datasets" ? value : inDark(value)]));
};

// Vega-Lite's width is that of the plot; the axis and its labels need room beside it. On a narrow screen a legend has
// fewer columns, and the title of the axis below several lines.
const OF_LETTER = 7;
const linesOf = (text, most) => text.split(" ").reduce((lines, word) => {
  const longer = lines.at(-1) ? lines.at(-1) + " " + word : word;
  return longer.length <= most ? [...lines.slice(0, -1), longer] : [...lines, word];
}, [""]).filter(Boolean);
const narrowed = (spec, width, room) => {
  for (const part of [spec, ...(spec.vconcat || [])]) {
    if (typeof part.width === "number") part.width = Math.min(part.width, width);
  }
  const beside = spec.hconcat || [];
  const between = (spec.spacing || 0) * (beside.length - 1);
  for (const part of beside) part.width = Math.min(part.width, Math.max(60, Math.floor((width - between) / beside.length)));
  const look = (part, key) => {
    if (!part || typeof part !== "object") return;
    const { legend } = part;
    if (legend && (legend.columns || legend.direction === "horizontal")) {
      const longest = Math.max(10, ...((part.scale || {}).domain || []).map((one) => String(one).length));
      legend.columns = Math.max(1, Math.min(legend.columns || Infinity, Math.floor(width / (28 + OF_LETTER * longest))));
    }
    if (key === "x" && typeof part.title === "string" && part.title.length * OF_LETTER > width) part.title = linesOf(part.title, Math.floor(width / OF_LETTER));
    for (const [name, inner] of Object.entries(part)) if (name !== "datasets") look(inner, name);
  };
  if (room < store.style.full) look(spec);
  return spec;
};

const OPTIONS = { mode: "vega-lite", renderer: "svg", ast: true, actions: false };
const embedded = (element, spec) => vegaEmbed(element, spec, { ...OPTIONS, tooltip: { theme: darkScreen.matches ? "dark" : "light" } });

// Vega leaves its item on each element that it draws: whose datum it is tells the patient, or the gene of all patients.
const aboutOf = (datum, kind) => (datum && typeof datum[kind] === "string" && (kind === "patient" || datum.patient === undefined) ? datum[kind] : null);
const marksOf = (chart, kind) => {
  const found = new Map();
  for (const element of chart.querySelectorAll("svg path, svg rect, svg line, svg text")) {
    const item = element.__data__;
    const name = aboutOf(item && !Array.isArray(item) ? item.datum : null, kind);
    if (name === null) continue;
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(element);
  }
  return found;
};
// The patients (or genes) of all marks at a place of the window, the uppermost first: points may lie over one another.
const namesAt = (chart, event, kind) => {
  const items = document.elementsFromPoint(event.clientX, event.clientY).filter((one) => chart.contains(one)).map((one) => [one.__data__].flat()[0]);
  return items.map((item) => aboutOf(item && item.datum, kind)).filter((name) => name !== null);
};
// Opens the only one of the names, or lets the reader choose among them where the click was.
const chooseAmong = (names, open, event) => {
  if (names.length < 2 || !HTMLElement.prototype.showPopover) {
    if (names.length) open(names[0]);
    return;
  }
  const among = make("div", { class: "among", popover: "auto", role: "group", "aria-label": "Several marks lie here" },
    make("p", { text: `${names.length} lie here:` }),
    ...names.map((name, place) => make("button", { type: "button", class: "patient", text: name, autofocus: place === 0, onclick: () => { among.hidePopover(); open(name); } })));
  among.addEventListener("toggle", (change) => { if (change.newState === "closed") among.remove(); });
  document.body.append(among);
  among.showPopover();
  among.style.left = Math.max(0, Math.min(event.clientX, innerWidth - among.offsetWidth)) + "px";
  among.style.top = Math.max(0, Math.min(event.clientY, innerHeight - among.offsetHeight)) + "px";
};
const markChosen = (figure) => {
  for (const element of figure.chart.querySelectorAll(".chosen")) element.classList.remove("chosen");
  for (const element of figure.marks.get(choice.patient) || []) element.classList.add("chosen");
};

// Names beside the points of a figure that says it may be crowded: one that would lie over an earlier one is not shown.
const thinned = (chart) => {
  const kept = [];
  for (const text of chart.querySelectorAll("svg .mark-text.role-mark text")) {
    const own = text.getBoundingClientRect();
    const over = (other) => own.left < other.right && own.right > other.left && own.top < other.bottom && own.bottom > other.top;
    if (kept.some(over)) text.style.display = "none";
    else kept.push(own);
  }
};

const drawn = async (figure, spec) => {
  const room = figure.chart.clientWidth;
  figure.room = room;
  try {
    const fitted = async (width) => {
      const light = narrowed(figure.spec(), width, room);
      return embedded(figure.chart, darkScreen.matches && !onWhite ? inDark(light) : light);
    };
    const width = Math.max(150, room - (spec.usermeta.beside || 85));
    let result = await fitted(width);
    // What stands beside the plot needs more than was foreseen: less of the plot, rather than all of it smaller.
    const more = figure.chart.querySelector("svg").viewBox.baseVal.width - room;
    if (more > 1 && room < store.style.full) {
      result.view.finalize();
      result = await fitted(Math.max(120, width - more));
    }
    if (figure.view) figure.view.finalize();
    figure.view = result.view;
    figure.marks = marksOf(figure.chart, "patient");
    figure.genes = marksOf(figure.chart, "gene");
    result.view.addEventListener("click", (event, item) => {
      const named = (kind) => [...new Set([aboutOf(item && item.datum, kind), ...namesAt(figure.chart, event, kind)])].filter((name) => name !== null);
      const patients = named("patient");
      if (patients.length) chooseAmong(patients, (name) => choose(name, "figure"), event);
      else chooseAmong(named("gene"), chooseGene, event);
    });
    const several = figure.marks.size > 0 || figure.genes.size > 0;
    figure.chart.classList.toggle("of-patients", several);
    if (several) figure.chart.tabIndex = 0;
    else figure.chart.removeAttribute("tabindex");
    if (spec.usermeta.crowded) thinned(figure.chart);
    markChosen(figure);
    figure.chart.style.minHeight = "";
    figure.chart.dataset.drawn = "yes";
  } catch (error) {
    figure.chart.textContent = "This figure could not be drawn: " + error.message;
    figure.chart.classList.add("failed");
    console.error(error);
  }
};

// The figure as it is on paper: full width, light, in an element that is not shown.
const onPaper = async (spec, use) => {
  const hidden = make("div", { class: "off-screen", "aria-hidden": "true" });
  document.body.append(hidden);
  try {
    const result = await vegaEmbed(hidden, spec, OPTIONS);
    await use(result.view);
    result.view.finalize();
  } finally {
    hidden.remove();
  }
};
const keepSvg = (name, spec) => onPaper(spec, async (view) => keep(name + ".svg", await view.toSVG(), "image/svg+xml"));
const keepPng = (name, spec) => onPaper(spec, async (view) => {
  const canvas = await view.toCanvas(2);
  await new Promise((resolve) => canvas.toBlob((blob) => { keep(name + ".png", blob, "image/png"); resolve(); }, "image/png"));
});
const keepData = (name, spec) => {
  const sets = Object.values(spec.datasets).filter((rows) => rows.length);
  const heads = [...new Set(sets.flatMap((rows) => Object.keys(rows[0])))];
  keepCsv(name, heads, sets.flatMap((rows) => rows.map((row) => heads.map((head) => row[head]))));
};
const figureTools = (name, spec) => make("div", { class: "tools" },
  ...[["SVG", keepSvg], ["PNG", keepPng], ["CSV", keepData]].map(([text, act]) =>
    make("button", { type: "button", text, "aria-label": `${text} of this figure`, onclick: () => act(store.files[name] || name, spec()) })));

// A figure in `chart`; spec: gives its specification. Arrow keys walk through the patients in it (where it has genes too,
// those to the side) or its genes (those up and down), Enter opens one.
const figureIn = (chart, spec) => {
  const figure = { chart, spec, marks: new Map(), genes: new Map(), room: 0, view: null, at: null, ofGene: false };
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!(figure.marks.size || figure.genes.size) || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    if (step) {
      const ofGene = figure.genes.size > 0 && (!figure.marks.size || event.key === "ArrowDown" || event.key === "ArrowUp");
      const marks = ofGene ? figure.genes : figure.marks;
      const names = [...marks.keys()];
      const now = ofGene === figure.ofGene ? names.indexOf(figure.at) : -1;
      figure.ofGene = ofGene;
      figure.at = names[now < 0 ? (step > 0 ? 0 : names.length - 1) : (now + step + names.length) % names.length];
      for (const element of chart.querySelectorAll(".at")) element.classList.remove("at");
      for (const element of marks.get(figure.at)) element.classList.add("at");
      say(figure.at);
    } else if (figure.at && figure.ofGene) chooseGene(figure.at);
    else if (figure.at) choose(figure.at, "figure");
  });
  return figure;
};

// About how high a figure will be: what stands below it then stays where it is when it is drawn.
const heightOf = (spec) => [spec, ...(spec.vconcat || []), ...(spec.hconcat || []).slice(0, 1)].reduce((sum, part) => sum + (typeof part.height === "number" ? part.height + 60 : 0), 0);

for (const holder of document.querySelectorAll("[data-figure]")) {
  const name = holder.dataset.figure;
  holder.querySelector(".chart").style.minHeight = heightOf(store.figures[name]) + "px";
  const figure = figureIn(holder.querySelector(".chart"), () => specOf(name));
  figures.set(name, figure);
  holder.querySelector(".chart").before(figureTools(name, figure.spec));
  whenNear(holder, () => drawn(figure, figure.spec()));
}
onChoice(() => {
  for (const figure of figures.values()) if (figure.view) markChosen(figure);
});
const drawAgain = () => {
  for (const figure of figures.values()) {
    if (figure.view && figure.chart.isConnected && figure.chart.clientWidth !== figure.room) drawn(figure, figure.spec());
  }
};
let resizing;
addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(drawAgain, 200); });
const recoloured = (within) => Promise.all([...figures.values()].filter((one) => one.view && one.chart.closest(within)).map((one) => drawn(one, one.spec())));
darkScreen.addEventListener("change", () => recoloured("main"));
const inPrint = (printing) => {
  onWhite = printing;
  return darkScreen.matches ? recoloured(".on-paper") : null;
};

// On paper two figures stand beside one another: their plots are made as narrow while it prints, their letters stay. Vega
// calls the widths of its plots signals, and works them out at once.
const ON_PAPER = 430;
const widthsOf = (view) => Object.entries(view.getState({ signals: (name) => /width$/i.test(name), data: () => false }).signals)
  .filter(([, value]) => value > 0);
const setWidths = (figure, by) => {
  for (const [name, value] of by) figure.view.signal(name, value);
  figure.view.resize().run();
};
const narrowForPaper = () => {
  for (const figure of figures.values()) {
    if (!figure.view) continue;
    const natural = figure.chart.querySelector("svg").viewBox.baseVal.width;
    const widths = widthsOf(figure.view);
    figure.onScreen = widths;
    const plots = Math.max(0, ...widths.map(([, value]) => value)) * (figure.spec().hconcat || [1]).length;
    if (!plots || natural <= ON_PAPER) continue;
    const share = Math.max(0.2, (plots - (natural - ON_PAPER)) / plots);
    setWidths(figure, widths.map(([name, value]) => [name, value * share]));
  }
};
const wideAgain = () => {
  for (const figure of figures.values()) if (figure.view && figure.onScreen) setWidths(figure, figure.onScreen);
};
