// The drawer of the chosen patient: what every table knows of one person.
const number3 = (value) => {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
};
const words = (name) => String(name).replaceAll("_", " ");

const facts = (pairs) => {
  const list = make("dl", { class: "facts" });
  for (const [name, value] of pairs) {
    if (known(value).length) list.append(make("dt", { text: name }), make("dd", { text: number3(value) }));
  }
  return list.children.length ? list : null;
};
const part = (title, ...children) => {
  const found = children.filter(Boolean);
  return found.length ? make("section", {}, make("h3", { text: title }), ...found) : null;
};
// A small table; a column in which nothing stands is left out.
const little = (allHeads, allRows) => {
  if (!allRows.length) return null;
  const used = allHeads.map((_, place) => allRows.some((cells) => known(cells[place]).length));
  const heads = allHeads.filter((_, place) => used[place]);
  const rows = allRows.map((cells) => cells.filter((_, place) => used[place]));
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": heads.join(", ") },
    make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col", text })))),
      make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", { text: number3(cell), class: /^\d{4}-\d\d-\d\d$/.test(cell) ? "day" : undefined })))))));
};
const day = (row, name) => (known(row[name]).length ? row[name] : known(row[name + "_day"]).length ? "day " + row[name + "_day"] : null);
const bound = (low, high) => (known(low, high).length ? ` (95% CI ${number3(low) || "?"} to ${number3(high) || "?"})` : "");

const eventOf = (row, name) => {
  const months = row[name + "_months"];
  if (!known(months).length) return null;
  return `${number3(months)} months, ${row[name + "_event"] ? "event" : "no event"}: ${row[name + "_reason"] || "reason not given"}`;
};

const assessed = (response) => (response === "MISSING" ? "never assessed" : response);

const DATES = [
  ["Treatment start", "treatment_start"], ["Last dose", "last_dose"], ["New therapy", "new_therapy_date"],
  ["Death", "death_date"], ["Last known alive", "last_alive_date"],
];

const drawerParts = (patient) => {
  const row = patientRows().find((one) => one.patient === patient) || {};
  const of = (table) => detailsOf(table, patient);
  const sheet = of("patients")[0] || {};
  // The study day of a date stands in a column of nearly its name.
  const dates = DATES.map(([name, key]) => [name, day(sheet, key) || day(sheet, key === "treatment_start" ? "start" : key.replace(/_date$/, ""))]);
  const samples = of("tmb");
  const excluded = of("variants").filter((one) => one.exclusion);
  const counted = store.details.variants ? of("variants").filter((one) => !one.exclusion) : of("mutations");
  const measured = of("qc").filter((one) => one.role !== "normal");
  const losses = measured.map((one) => Object.entries(one)
    .filter(([name, value]) => name.startsWith("excluded_") && value > 0)
    .map(([name, value]) => `${words(name.slice(9))} ${value}`).join(", ")).filter(Boolean);
  return [
    part("Response", facts([
      ["Best response", assessed(row.best_response)],
      ["Confirmed", assessed(row.confirmed_best_response)],
      ["Responder", known(row.responder).length ? (row.responder ? "yes" : "no") : null],
      ["Progression-free survival", eventOf(row, "pfs")],
      ["Overall survival", eventOf(row, "os")],
      ["Duration of response", eventOf(row, "dor")],
      ["Note", row.endpoint_note],
    ]), little(["Visit", "Response", "Read by"], of("assessments").map((one) => [day(one, "date") || (known(one.day).length ? "day " + one.day : ""), one.response, one.evaluator || ""]))),
    part("Treatment and dates", facts(dates)),
    part("Tumor mutation burden", ...samples.map((one) => facts([
      [words(one.definition), known(one.tmb_per_mb).length ? `${number3(one.tmb_per_mb)} per Mb${bound(one.ci_low, one.ci_high)}` : `no value (${one.status})`],
      ["Counted", known(one.n_variants).length ? `${count(one.n_variants, "variant")} on ${number3(one.callable_mb)} Mb (${one.denominator_source || "territory not told"})` : null],
      ["Sample", one.sample],
      ["Annotation", one.annotation],
      ["Cautions", known(one.status === "ok" ? null : words(one.status), one.tumor_only ? "tumor-only" : null, one.lower_bound ? "lower bound" : null, one.note).join("; ")],
    ])), samples.length ? null : facts([["TMB", known(row.tmb_per_mb).length ? number3(row.tmb_per_mb) + " per Mb" : "not measured"]])),
    part("PD-L1", ...of("pdl1").map((one) => facts([
      [known(one.score_type, "score").slice(0, 1).join(""), known(one.value).length ? one.value : one.status === "scored" ? `${number3(one.low)} to below ${number3(one.high)}` : words(one.status || "not told")],
      ["Assay", one.assay],
      ["Specimen", known(one.specimen, one.collected ? "collected " + one.collected : null, known(one.collected_day).length ? "day " + one.collected_day : null).join(", ")],
      ["Cautions", known(one.flags, one.note, one.discordant_at ? "specimens differ at " + one.discordant_at : null).join("; ")],
    ])), of("pdl1").length ? null : facts([["PD-L1", known(row.pdl1).length ? row.pdl1 : words(row.pdl1_status || "not given")]])),
    part("Adverse events", little(["Event", "Grade", "From", "To", "Related"],
      of("events").map((one) => [one.term, one.grade, day(one, "onset") || "", day(one, "end") || "", one.related || ""]))),
    part("Mutations", little(["Gene", "Change", "Consequence"],
      counted.map((one) => [one.gene, one.hgvsp || `${one.chrom || ""}:${one.pos || ""}`, words(one.consequence || "").replace(/ variant$/, "")])),
    losses.length ? make("p", { text: "Not counted, by first reason: " + losses.join("; ") }) : null,
    little(["Not counted", "Change", "Because of"], excluded.map((one) => [one.gene || `${one.chrom}:${one.pos}`, one.hgvsp || words(one.consequence || ""), one.exclusion + (one.exclusion === "filter" ? ": " + one.filter : "")]))),
    part("Covariates and further markers", facts(store.further.map((name) => [store.labels[name] || words(name), row[name]]))),
  ].filter(Boolean);
};

const drawer = (() => {
  const title = make("h2", { tabindex: -1 });
  const body = make("div", { class: "drawer-body", tabindex: 0, role: "region", "aria-label": "What is known of this patient" });
  let before = null;
  const step = (by) => {
    const names = patientNames();
    choose(names[(names.indexOf(choice.patient) + by + names.length) % names.length], "drawer");
  };
  const element = make("aside", { id: "drawer", "aria-label": "Patient", hidden: true },
    make("div", { class: "drawer-head" }, title,
      make("button", { type: "button", text: "‹", "aria-label": "Previous patient", onclick: () => step(-1) }),
      make("button", { type: "button", text: "›", "aria-label": "Next patient", onclick: () => step(1) }),
      make("button", { type: "button", text: "Close", class: "close", onclick: () => choose(null, "drawer") })), body);
  document.body.append(element);
  onChoice((patient, from) => {
    document.body.classList.toggle("with-drawer", patient !== null);
    element.hidden = patient === null;
    if (patient === null) {
      if (before && before.isConnected) before.focus();
      return;
    }
    if (!element.contains(document.activeElement)) before = document.activeElement;
    title.textContent = patient;
    body.replaceChildren(...drawerParts(patient));
    body.scrollTop = 0;
    if (from !== "drawer") title.focus({ preventScroll: true });
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && choice.patient !== null) choose(null, "drawer");
  });
  return element;
})();
