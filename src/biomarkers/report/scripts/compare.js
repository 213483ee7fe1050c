// The chooser: an endpoint by a marker and a cutoff. Groups of the plan's tests are those that were tested; a cutoff of
// the reader's own makes groups and curves here, and no p.
const percentText = (share) => number3(100 * share) + "%";
const roleRank = { primary: 0, secondary: 1, exploratory: 2 };

// Kaplan-Meier: [{time, survival, low, high, at_risk, censored}] from time 0, with log-log limits as in the figures.
const kaplanMeier = (people) => {
  const times = [...new Set(people.map((one) => one.time))].sort((a, b) => a - b);
  const found = [{ time: 0, survival: 1, low: 1, high: 1, at_risk: people.length, censored: 0 }];
  let survival = 1;
  let variance = 0;
  for (const time of times) {
    const atRisk = people.filter((one) => one.time >= time).length;
    const events = people.filter((one) => one.time === time && one.event === 1).length;
    const censored = people.filter((one) => one.time === time && one.event === 0).length;
    survival *= 1 - events / atRisk;
    variance += events === atRisk ? Infinity : events / (atRisk * (atRisk - events));
    const spread = survival > 0 && survival < 1 ? 1.959964 * Math.sqrt(variance) / Math.abs(Math.log(survival)) : null;
    const limit = (sign) => (spread === null || !Number.isFinite(spread) ? survival : survival ** Math.exp(sign * spread));
    found.push({ time, survival, low: limit(1), high: limit(-1), at_risk: atRisk, censored });
  }
  return found;
};
// The first time at which half or fewer are without the event; the middle of a step that stands at exactly one half.
const medianOf = (curve) => {
  const first = curve.findIndex((one) => one.survival <= 0.5 + 1e-9);
  if (first < 0) return null;
  const exact = Math.abs(curve[first].survival - 0.5) < 1e-9;
  const next = curve.slice(first + 1).find((one) => one.survival < 0.5 - 1e-9);
  return exact && next ? (curve[first].time + next.time) / 2 : curve[first].time;
};

const monthTicks = (longest) => {
  const step = [1, 2, 3, 6, 12, 24, 36, 60].find((one) => longest / one <= 8) || 120;
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, place) => place * step);
};
const inStyle = (spec, title) => ({
  $schema: "https://vega.github.io/schema/vega-lite/v6.json", config: store.style.config, description: title, usermeta: { beside: 150 }, ...spec,
});

const curvesSpec = (groups, names, label) => {
  const data = [];
  const risk = [];
  const longest = Math.max(...groups.flat().map((one) => one.time));
  const ticks = monthTicks(longest);
  groups.forEach((people, place) => {
    for (const row of kaplanMeier(people)) data.push({ group: names[place], ...row });
    for (const time of ticks) risk.push({ group: names[place], time, n: people.filter((one) => one.time >= time).length });
  });
  const scale = { domain: names, range: store.style.groups.slice(0, names.length) };
  const x = { field: "time", type: "quantitative", title: "Months from the start of treatment", scale: { domain: [0, longest], nice: false }, axis: { values: ticks, grid: false, labelFlush: false } };
  const y = { field: "survival", type: "quantitative", title: label, scale: { domain: [0, 1] }, axis: { format: ".0%", values: [0, 0.25, 0.5, 0.75, 1] } };
  const color = { field: "group", type: "nominal", sort: names, scale, legend: { symbolType: "stroke", symbolStrokeWidth: 2.5, symbolOpacity: 1 } };
  const strokeDash = { field: "group", type: "nominal", sort: names, scale: { domain: names, range: store.style.dashes.slice(0, names.length) } };
  const tooltip = [["group", "Group"], ["time", "Months"], ["survival", "Estimate"], ["at_risk", "At risk"]].map(([field, title]) => ({ field, title }));
  return inStyle({
    datasets: { curves: data, risk },
    vconcat: [
      { width: store.style.full, height: 230, data: { name: "curves" }, layer: [
        { mark: { type: "area", interpolate: "step-after", opacity: 0.1 }, encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color } },
        { mark: { type: "line", interpolate: "step-after", strokeWidth: 2.2 }, encoding: { x, y, color, strokeDash } },
        { transform: [{ filter: "datum.censored > 0" }], mark: { type: "tick", orient: "vertical", size: 9, thickness: 1.6 }, encoding: { x, y, color } },
        { mark: { type: "circle", size: 90, opacity: 0 }, encoding: { x, y, tooltip } },
      ] },
      { width: store.style.full, height: 20 * names.length, data: { name: "risk" }, title: { text: "Number at risk", anchor: "start", frame: "group", color: store.style.muted },
        mark: { type: "text", fontSize: 12, color: store.style.ink }, encoding: { x: { ...x, axis: null }, y: { field: "group", type: "nominal", sort: names, title: null, axis: { domain: false, ticks: false, labelPadding: 16, labelLimit: 150 } }, text: { field: "n" } } },
    ],
  }, label);
};

const stripSpec = (people, names, marker) => {
  const highest = Math.max(...people.map((one) => one.value));
  const scale = marker.log ? { type: "symlog", constant: 1, domain: [0, highest * 1.05], nice: false } : { zero: false };
  const values = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20000].filter((one) => one <= highest);
  const seen = {};
  const data = people.map((one) => {
    const key = one.group + "|" + one.value;
    seen[key] = (seen[key] || 0) + 1;
    return { ...one, offset: (seen[key] % 2 ? 1 : -1) * Math.floor(seen[key] / 2) };
  });
  const y = { field: "group", type: "nominal", sort: names, title: null, axis: { domain: false, ticks: false, labelFontSize: 13, labelPadding: 14 } };
  const x = { field: "value", type: "quantitative", title: marker.label, scale, axis: marker.log ? { values } : { tickCount: 6 } };
  const color = { field: "group", type: "nominal", scale: { domain: names, range: store.style.outcomes }, legend: null };
  return inStyle({
    datasets: { values: data }, width: store.style.full, height: 180, data: { name: "values" }, layer: [
      { mark: { type: "boxplot", size: 60, opacity: 0.2, outliers: false, extent: 0, median: { color: store.style.ink } }, encoding: { x, y, color } },
      { mark: { type: "circle", size: 46, opacity: 0.75 }, encoding: { x, y, color, yOffset: { field: "offset", type: "quantitative", scale: { domain: [-8, 8] } }, tooltip: [{ field: "patient" }, { field: "value", title: marker.short }] } },
    ],
  }, marker.label);
};

// Sensitivity by 1 - specificity over all cutoffs of the marker.
const rocSpec = (people, area) => {
  const positives = people.filter((one) => one.outcome === 1).length;
  const negatives = people.length - positives;
  const cuts = [...new Set(people.map((one) => one.value))].sort((a, b) => b - a);
  const points = [{ specificity: 0, sensitivity: 0, at: null, rank: 0 }, ...cuts.map((at, place) => {
    const above = people.filter((one) => one.value >= at);
    const hits = above.filter((one) => one.outcome === 1).length;
    return { at, rank: place + 1, sensitivity: hits / positives, specificity: (above.length - hits) / negatives };
  })];
  const x = { field: "specificity", type: "quantitative", title: "1 − specificity", scale: { domain: [0, 1] }, axis: { format: ".0%" } };
  const y = { field: "sensitivity", type: "quantitative", title: "Sensitivity", scale: { domain: [0, 1] }, axis: { format: ".0%" } };
  return inStyle({
    datasets: { roc: points, chance: [{ specificity: 0, sensitivity: 0 }, { specificity: 1, sensitivity: 1 }] }, width: 260, height: 260, title: area ? { text: area, anchor: "start" } : undefined, layer: [
      { data: { name: "chance" }, mark: { type: "line", strokeDash: [4, 4], color: store.style.muted }, encoding: { x, y } },
      { data: { name: "roc" }, mark: { type: "line", color: store.style.outcomes[0], strokeWidth: 2, point: { size: 24 } }, encoding: { x, y, order: { field: "rank" }, tooltip: [{ field: "at", title: "At or above" }, { field: "sensitivity", format: ".1%" }, { field: "specificity", title: "1 − specificity", format: ".1%" }] } },
    ],
  }, "ROC");
};

const barsSpec = (groups, names, label) => {
  const data = groups.flatMap((people, place) => [1, 0].map((outcome) => ({ group: names[place], outcome: outcome ? label : "No " + label.toLowerCase(), n: people.filter((one) => one.outcome === outcome).length, rank: 1 - outcome })));
  return inStyle({
    datasets: { bars: data }, width: store.style.full, height: 44 * names.length, data: { name: "bars" }, mark: { type: "bar", size: 26 },
    encoding: {
      y: { field: "group", type: "nominal", sort: names, title: null, axis: { domain: false, ticks: false, labelPadding: 14, labelFontSize: 13 } },
      x: { field: "n", type: "quantitative", stack: "normalize", title: "Patients", axis: { format: ".0%" } },
      color: { field: "outcome", type: "nominal", sort: { field: "rank" }, scale: { domain: [label, "No " + label.toLowerCase()], range: store.style.outcomes } },
      order: { field: "rank" }, tooltip: [{ field: "group" }, { field: "outcome" }, { field: "n", title: "Patients" }],
    },
  }, label);
};

// Rows of a table of the store with their texts, which are those of its tables: numbers are written in one place.
const withTexts = (name) => {
  const texts = rowsOf(store.texts[name]);
  return rowsOf(store[name]).map((row, place) => ({ ...row, ...texts[place] }));
};
const groupRows = once(() => withTexts("groups"));
// Tests of all patients from the start.
const testRows = once(() => withTexts("tests")
  .filter((one) => !one.subgroup && !known(one.landmark_months).length && one.marker_class !== "covariate"));
// What the table of results says of the rows: p and q of the first, and of each contrast and kind the first estimate,
// which is the unadjusted one.
const foundText = (rows) => {
  if (!rows.length) return "Nothing was tested here.";
  const told = new Map();
  const contrasts = new Set(rows.filter((one) => one.first).map((one) => one.first + "|" + one.second));
  for (const one of rows) {
    const key = one.estimate_type + "|" + one.first + "|" + one.second;
    if (!one.estimate_text || told.has(key)) continue;
    told.set(key, (contrasts.size > 1 && one.first ? `${one.first} vs ${one.second}: ` : "") + one.estimate_text);
  }
  const leading = rows.find((one) => one.p_value !== null) || rows[0];
  const p = leading.p_value === null ? "no p: " + (leading.note || "no reason is given") : leading.p_text;
  return [`n = ${leading.n}`, p, leading.q_text, ...told.values()].filter(Boolean).join(", ");
};

// The group of each patient in a comparison: its names as the tables have them (raw) and as they are read, and of whom.
const sides = { ">": ["> ", "≤ "], ">=": ["≥ ", "< "] };
const isCut = (row) => known(row.cut_at).length > 0;
const namedGroups = (row, present) => {
  const raw = [row.first, row.second, ...present].filter((one, place, all) => one && present.includes(one) && all.indexOf(one) === place);
  const read = raw.map((one) => (isCut(row) ? sides[row.cut_side][one === row.first ? 0 : 1] + number3(row.cut_at) : one));
  return { raw, names: read.map((one) => ({ 1: "yes", 0: "no" })[one] || one) };
};
// Of a test: who is in no group was not compared. Levels stand in the plan's order, from low to high, else by name.
const groupsOfTest = (rows, levels = []) => {
  const row = rows.find((one) => store.memberships[one.test]);
  if (!row) return null;
  const test = store.memberships[row.test];
  const inOrder = [...test.groups].sort((a, b) => levels.indexOf(a) - levels.indexOf(b) || a.localeCompare(b, "en", { numeric: true }));
  const { raw, names } = namedGroups(row, inOrder);
  return { raw, names, of: [...test.of].map((mark) => (mark === "-" ? null : raw.indexOf(test.groups["0123456789abcdefghijklmnopqrstuvwxyz".indexOf(mark)]))) };
};
// Of a gene, a set or a feature: who is not listed is in the group of the others; null is not evaluable.
const groupsListed = (marker, row) => {
  const comparisons = (store.listed[marker.class] || {})[marker.name];
  if (!comparisons) return null;
  const one = comparisons.find((of) => of.others === row.first || row.first in of.groups) || comparisons[0];
  const { raw, names } = namedGroups(row, [...Object.keys(one.groups).filter((group) => group !== "not evaluable"), one.others]);
  const of = Array(store.patients.rows).fill(raw.indexOf(one.others));
  for (const place of store.without[one.assayed] || []) of[place] = null;
  for (const [group, places] of Object.entries(one.groups)) for (const place of places) of[place] = group === "not evaluable" ? null : raw.indexOf(group);
  return { raw, names, of };
};
// What the table of groups says of a group, if it does.
const groupRow = once(() => {
  const found = new Map(groupRows().map((one) => [[one.endpoint, one.marker_class, one.marker, one.group, one.estimate_type].join("|"), one]));
  return (endpoint, marker, group) => found.get([endpoint.name, marker.class, marker.name, group, endpoint.time ? "median_months" : "rate"].join("|"));
});
// Sentences and picture of an endpoint in groups of patients; `raw` where the table of groups may know them.
const groupsTold = (endpoint, marker, { raw, names, of }, label) => {
  const people = patientRows();
  const members = names.map((_, group) => people.filter((_row, place) => of[place] === group));
  if (endpoint.time) {
    const timed = members.map((rows) => rows.filter((row) => row[endpoint.time] !== null && row[endpoint.event] !== null).map((row) => ({ time: row[endpoint.time], event: row[endpoint.event] })));
    const lines = timed.map((rows, place) => {
      const told = raw && groupRow()(endpoint, marker, raw[place]);
      const own = rows.length ? medianOf(kaplanMeier(rows)) : null;
      const median = told && told.n === rows.length ? told.text : own === null ? "not reached" : number3(own) + " months";
      return `${label(names[place])}: n = ${rows.length}, ${count(rows.filter((one) => one.event).length, "event")}, median ${median}`;
    });
    const drawn = timed.every((rows) => rows.length) && timed.length > 1;
    return { lines, spec: drawn ? curvesSpec(timed, names.map(label), endpoint.label) : null };
  }
  const rated = members.map((rows) => rows.filter((row) => row[endpoint.column] === 0 || row[endpoint.column] === 1).map((row) => ({ outcome: row[endpoint.column] })));
  const lines = rated.map((rows, place) => {
    const hits = rows.filter((one) => one.outcome === 1).length;
    const told = raw && groupRow()(endpoint, marker, raw[place]);
    const share = told && told.n === rows.length ? told.text : rows.length ? percentText(hits / rows.length) : "nobody";
    return `${label(names[place])}: ${hits}/${rows.length}, ${share}`;
  });
  return { lines, spec: rated.some((rows) => rows.length) ? barsSpec(rated, names.map(label), endpoint.label) : null };
};
// The rows that tell a comparison in words: of a time the log-rank test first, then the model.
const leadingRows = (endpoint, rows) => {
  if (!endpoint.time) return rows;
  const read = [...rows.filter((one) => one.method.startsWith("logrank") && one.p_value !== null), ...rows.filter((one) => one.method === "cox" || one.method === "firth_cox")];
  return read.length ? read : rows;
};
// A figure in `place`, as one of several; under a heading and what is said of it, where there is any.
const showFigure = (place, name, spec, small = spec.width < 300, ...above) => {
  const chart = make("div", { class: "chart", role: "group", "aria-label": spec.description });
  place.append(make("div", { class: small ? "one small" : "one" }, ...above.slice(0, 1), figureTools(name, () => structuredClone(spec)), ...above.slice(1), chart));
  const figure = figureIn(chart, () => structuredClone(spec));
  for (const [key, one] of figures) if (!one.chart.isConnected) figures.delete(key);
  if (place.isConnected) figures.set(place.dataset.place + place.children.length, figure);
  return drawn(figure, figure.spec());
};

const CLASSES = [["declared", "Markers"], ["gene", "Genes"], ["gene_set", "Sets of genes"], ["feature", "Features"]];
const startCompare = (holder) => {
  const { endpoints, markers, first } = store.compare;
  const people = patientRows();
  const choiceOf = (label, options) => make("select", { "aria-label": label }, ...options);
  const option = ([value, text]) => make("option", { value, text });
  const endpointBox = choiceOf("Endpoint", endpoints.map((one) => option([one.name, one.label])));
  const ofClass = ([name, label]) => [label, markers.map((one, place) => [place, one]).filter(([, one]) => one.class === name)];
  const markerBox = choiceOf("Marker", CLASSES.map(ofClass).filter(([, found]) => found.length)
    .map(([label, found]) => make("optgroup", { label }, ...found.map(([place, one]) => option([place, one.label])))));
  const cutBox = make("select", { "aria-label": "Groups" });
  const ownBox = make("input", { type: "number", step: "any", "aria-label": "Own cutoff", class: "own" });
  const badge = make("span", { class: "badge" });
  const said = make("div", { class: "said", role: "status" });
  holder.replaceChildren(make("div", { class: "tools" },
    ...[["Endpoint", endpointBox], ["Marker", markerBox], ["Groups", cutBox], ["cutoff", ownBox]].map(([text, box]) => make("label", {}, make("span", { text: text + " " }), box)), badge), said, make("div", { class: "charts" }));
  if (first.endpoint) endpointBox.value = first.endpoint;
  const preset = markers.findIndex((one) => one.name === first.marker && one.class === first.marker_class);
  markerBox.value = Math.max(0, preset);

  const chosen = () => ({ endpoint: endpoints.find((one) => one.name === endpointBox.value), marker: markers[Number(markerBox.value)] });
  const questions = () => {
    const { endpoint, marker } = chosen();
    const rows = testRows().filter((one) => one.endpoint === endpoint.name && one.marker === marker.name && one.marker_class === marker.class);
    const found = new Map();
    for (const row of rows) {
      const key = isCut(row) ? row.cut_side + row.cut_at : marker.low ? "value" : "groups";
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(row);
    }
    return found;
  };
  const cutText = (row) => sides[row.cut_side][0] + number3(row.cut_at);
  const fillCuts = () => {
    const { endpoint, marker } = chosen();
    const options = [];
    // The plan's first: by role, of a time its groups before the ratio of all values.
    const rank = ([key, rows]) => Math.min(...rows.map((one) => roleRank[one.role])) + (key === "value" && endpoint.time ? 9 : 0);
    for (const [key, rows] of [...questions()].sort((a, b) => rank(a) - rank(b))) {
      const searched = rows.every((one) => one.method === "maximally_selected") ? " (searched for)" : "";
      options.push([key, key === "value" ? (endpoint.time ? "per unit" : "by value") : key === "groups" ? "as they are" : cutText(rows[0]) + searched]);
    }
    if (marker.low) options.push(["own", "own cutoff"]);
    cutBox.replaceChildren(...options.map(option));
    if (marker.low) {
      const values = people.map((one) => one[marker.low]).filter((one) => one !== null).sort((a, b) => a - b);
      ownBox.value = number3(values[Math.floor(values.length / 2)]);
    }
  };
  const groupsOf = (key, rows, marker) => {
    if (key !== "own") return marker.class === "declared" ? groupsOfTest(rows, marker.levels) : groupsListed(marker, rows[0]);
    const at = ownBox.valueAsNumber;
    if (!Number.isFinite(at)) return null;
    const names = [`≥ ${ownBox.value}`, `< ${ownBox.value}`];
    return { names, of: people.map((one) => (one[marker.low] === null ? null : one[marker.low] >= at ? 0 : one[marker.high] < at || (one[marker.high] === at && one[marker.low] < at) ? 1 : null)) };
  };
  const apply = async () => {
    const { endpoint, marker } = chosen();
    const key = cutBox.value;
    const rows = key === "own" ? [] : questions().get(key) || [];
    ownBox.parentElement.hidden = key !== "own";
    // What an earlier choice still draws goes to a place that is no longer on the page.
    const charts = make("div", { class: "charts", "data-place": "compare" });
    holder.querySelector(".charts").replaceWith(charts);
    const tell = (lines) => said.replaceChildren(...lines.map((text) => make("p", { text })));
    const name = fileName(`${endpoint.name}_${marker.name}`);
    const role = rows.map((one) => one.role).sort((a, b) => roleRank[a] - roleRank[b])[0];
    badge.textContent = role || "not in the plan";
    badge.dataset.role = role || "none";
    if (key === "value" && endpoint.time) {
      tell([foundText(rows), "One ratio for all values: an own cutoff shows curves, without a p."]);
      return;
    }
    if (key === "value") {
      const lines = [];
      const outcome = (row) => row[endpoint.column];
      const used = people.filter((row) => row[marker.low] !== null && row[marker.low] === row[marker.high] && (outcome(row) === 0 || outcome(row) === 1));
      const names = endpoint.column === "responder" ? ["Responders", "Non-responders"] : [endpoint.label, "No " + endpoint.label.toLowerCase()];
      const values = used.map((row) => ({ patient: row.patient, value: row[marker.low], outcome: outcome(row), group: names[outcome(row) ? 0 : 1] }));
      const ranked = rows.filter((one) => one.method === "mann_whitney");
      // Numbers of the groups are the table's; drawn are the patients with a number, not those with an interval only.
      for (const group of groupRows().filter((one) => one.endpoint === endpoint.name && one.marker === marker.name && one.marker_class === marker.class && one.estimate_type === "median")) {
        lines.push(`${group.group === "responder" ? "Responders" : group.group === "non-responder" ? "Non-responders" : words(group.group)}: n = ${group.n}, median ${group.text || "not known"}`);
      }
      lines.push(foundText(ranked.length ? ranked : rows));
      const more = ranked.length ? ranked[0].n - values.length : 0;
      if (more > 0) lines.push(`Drawn are ${values.length}; ${more} more are known as an interval only and are ranked by it.`);
      tell(lines);
      const area = ranked.find((one) => one.estimate_type === "auc" && one.estimate !== null);
      if (values.length) await showFigure(charts, name, stripSpec(values, names, marker));
      if (new Set(values.map((one) => one.outcome)).size > 1) {
        await showFigure(charts, name + "_roc", rocSpec(values, area ? area.estimate_text : ""));
      }
      return;
    }
    const groups = groupsOf(key, rows, marker);
    if (!groups) {
      tell([key === "own" ? "Write a number: it is the cutoff." : rows.length ? foundText(rows) : "Nothing was tested here."]);
      return;
    }
    const colon = key === "groups" && !(marker.class in { gene: 1, gene_set: 1 }) ? ":" : "";
    const { lines, spec } = groupsTold(endpoint, marker, groups, (one) => `${marker.short}${colon} ${one}`);
    const own = `This cutoff is not in the plan: ${endpoint.time ? "curves" : "rates"} and no p.`;
    const unknown = groups.of.filter((one) => one === null).length;
    const left = unknown && marker.class in { gene: 1, gene_set: 1 } ? [`Not evaluable: ${unknown} (not sequenced, or the gene is not on the panel).`] : [];
    tell([...lines, ...left, key === "own" ? own : foundText(leadingRows(endpoint, rows))]);
    if (spec) await showFigure(charts, name, spec);
  };
  const again = () => { fillCuts(); return apply(); };
  endpointBox.addEventListener("change", again);
  markerBox.addEventListener("change", again);
  cutBox.addEventListener("change", apply);
  ownBox.addEventListener("input", apply);
  return again().then(() => { holder.dataset.shown = "yes"; });
};
for (const holder of document.querySelectorAll("[data-tool=compare]")) {
  if (store.compare.markers && store.compare.markers.length && store.compare.endpoints.length) whenNear(holder, () => startCompare(holder));
  else holder.replaceChildren(make("p", { class: "absent", text: "No marker was tested against an endpoint." }));
}
