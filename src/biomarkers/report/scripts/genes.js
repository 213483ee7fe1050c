// One gene: where its protein changes, what happened in carriers and in others, and who the carriers are.
const geneNames = () => Object.keys(store.listed.gene || {}).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
const countedBy = (rows, name) => rows.reduce((found, row) => found.set(name(row), (found.get(name(row)) || 0) + 1), new Map());
const listed = (counts) => [...counts].sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`).join(", ");

// Variants of a gene that make carriers, of patients of the cohort.
const variantsOf = (() => {
  const byGene = once(() => {
    const found = new Map();
    for (const row of rowsOf(store.details.changes)) {
      if (!found.has(row.gene)) found.set(row.gene, []);
      found.get(row.gene).push(row);
    }
    return found;
  });
  return (gene) => byGene().get(gene) || [];
})();

// One stem a change: where it stands in the protein, and in how many patients it was found.
const lollipopSpec = (gene, rows, room) => {
  const changes = new Map();
  for (const row of rows) {
    const key = `${row.position} ${row.hgvsp}`;
    if (!changes.has(key)) changes.set(key, { position: row.position, change: row.hgvsp.replace(/^.*p\./, ""), kind: row.kind, patients: new Set() });
    changes.get(key).patients.add(row.patient);
  }
  const data = [...changes.values()].map(({ patients, ...one }) => ({ ...one, n: patients.size, who: [...patients].join(", ") }));
  const last = Math.max(...data.map((one) => one.position));
  const most = Math.max(...data.map((one) => one.n));
  // Names of the most frequent changes, as far as they do not cover one another.
  const named = [];
  const scale = Math.max(150, Math.min(store.style.full, room - 85)) / (last * 1.06);
  const apart = (one, other) => (one.change.length + other.change.length) * OF_LETTER / 2 / scale;
  for (const one of [...data].sort((a, b) => b.n - a.n || a.position - b.position)) {
    if (named.length < 8 && named.every((other) => Math.abs(other.position - one.position) > apart(one, other) || Math.abs(other.n - one.n) > most * 0.15)) named.push(one);
  }
  for (const one of data) one.name = named.includes(one) ? one.change : "";
  const step = Math.max(1, Math.ceil(most / 4));
  const patients = Array.from({ length: Math.floor((most * 1.3) / step) + 1 }, (_, place) => place * step);
  const x = { field: "position", type: "quantitative", title: "Amino acid", scale: { domain: [0, Math.ceil(last * 1.06)], nice: false }, axis: { format: "d", tickMinStep: 1, tickCount: 8, grid: false } };
  const y = { field: "n", type: "quantitative", title: "Patients", scale: { domain: [0, most * 1.35], nice: false }, axis: { format: "d", values: patients } };
  const kinds = Object.keys(store.style.kinds).filter((kind) => data.some((one) => one.kind === kind));
  const color = { field: "kind", type: "nominal", sort: kinds, scale: { domain: kinds, range: kinds.map((kind) => store.style.kinds[kind]) }, legend: { symbolType: "circle", columns: 5 } };
  const tooltip = [["change", "Change"], ["n", "Patients"], ["who", "Who"]].map(([field, title]) => ({ field, title }));
  return inStyle({
    usermeta: { beside: 85 }, datasets: { changes: data }, width: store.style.full, height: 190, data: { name: "changes" }, layer: [
      { mark: { type: "rule", aria: false, color: store.style.muted }, encoding: { x, y, y2: { datum: 0 } } },
      { mark: { type: "circle", size: 110, opacity: 1 }, encoding: { x, y, color, tooltip } },
      { transform: [{ filter: "datum.name !== ''" }], mark: { type: "text", dy: -13, fontSize: 11, color: store.style.ink }, encoding: { x, y, text: { field: "name" } } },
    ],
  }, `Protein changes of ${gene}`);
};

const geneTool = { holder: document.querySelector("[data-tool=gene]"), show: null };
// Shows a gene, wherever it was clicked.
function chooseGene(name) {
  if (!geneTool.holder) return;
  if (!geneTool.show) startGene(geneTool.holder);
  geneTool.show(name).then(() => geneTool.holder.querySelector("h4").focus({ preventScroll: true }));
  geneTool.holder.scrollIntoView({ block: "start" });
}

const startGene = (holder) => {
  const names = geneNames();
  const box = make("select", { "aria-label": "Gene" }, ...names.map((text) => make("option", { value: text, text })));
  const body = make("div", {});
  holder.replaceChildren(make("div", { class: "tools" }, make("label", {}, make("span", { text: "Gene " }), box)), body);
  const people = patientRows();

  const carriersTable = (gene, carriers, rows) => {
    const shown = carriers.map((place) => {
      const own = rows.filter((row) => row.patient === people[place].patient);
      const change = own.map((row) => (row.hgvsp ? row.hgvsp.replace(/^.*p\./, "p.") : words(row.consequence))).join(", ");
      return [people[place], [change, known(people[place].confirmed_best_response, people[place].best_response)[0] || "", number3(people[place].tmb_per_mb)]];
    });
    const heads = ["Patient", "Change", "Best response", "TMB per Mb"];
    return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Carriers of " + gene }, make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col", text })))),
      make("tbody", {}, ...shown.map(([row, cells]) => make("tr", {},
        make("td", {}, make("button", { type: "button", class: "patient", text: row.patient, onclick: () => choose(row.patient, "gene") })),
        ...cells.map((text) => make("td", { text })))))));
  };
  const tell = (lines) => make("div", { class: "said" }, ...lines.map((text) => make("p", { text })));

  geneTool.show = async (gene) => {
    if (!names.includes(gene)) {
      body.replaceChildren(make("h4", { tabindex: -1, text: gene }), tell(["The page holds its tests only: who carries it is in association/memberships.tsv.gz."]));
      holder.dataset.gene = gene;
      return;
    }
    box.value = gene;
    const marker = { name: gene, class: "gene", short: gene };
    const { of } = groupsListed(marker, { first: "mutated", second: "wild type" });
    const carriers = of.flatMap((group, place) => (group === 0 ? [place] : []));
    const evaluable = of.filter((group) => group !== null).length;
    const rows = variantsOf(gene);
    const placed = rows.filter((row) => known(row.position).length);
    const others = rows.filter((row) => !known(row.position).length);
    const lines = [`Mutated in ${carriers.length} of ${count(evaluable, "patient")} who were looked at (${percentText(carriers.length / evaluable)}); not evaluable: ${of.length - evaluable}.`];
    if (rows.length) {
      lines.push(`${count(rows.length, "variant that counts", "variants that count")}, ${placed.length} with a position in the protein${others.length ? `; without one ${others.length}: ${listed(countedBy(others, (row) => words(row.consequence)))}` : ""}.`);
      if (placed.length) lines.push("Positions are those of the annotated transcript. Neither the length of the protein nor its domains are known here: the axis ends behind the last change.");
    } else lines.push("Its variants were not given.");
    const charts = make("div", { class: "charts", "data-place": "gene" });
    const ends = make("div", { class: "charts", "data-place": "gene_ends" });
    const who = make("div", { class: "carriers" }, make("h5", { text: `Carriers of ${gene}` }), carriersTable(gene, carriers, rows));
    body.replaceChildren(make("h4", { tabindex: -1, text: gene }), tell(lines), charts, ends);
    if (placed.length) await showFigure(charts, fileName("lollipop_" + gene), lollipopSpec(gene, placed, Math.min(charts.clientWidth, 800)));
    charts.append(who);
    for (const endpoint of store.compare.endpoints) {
      const own = testRows().filter((one) => one.endpoint === endpoint.name && one.marker === gene && one.marker_class === "gene");
      if (!own.length) continue;
      const { lines: told, spec } = groupsTold(endpoint, marker, groupsListed(marker, own[0]), (one) => `${gene} ${one}`);
      const above = [make("h5", { text: endpoint.label }), tell([...told, foundText(leadingRows(endpoint, own))])];
      if (spec) await showFigure(ends, fileName(`${endpoint.name}_${gene}`), spec, true, ...above);
      else ends.append(make("div", { class: "one small" }, ...above));
    }
    if (ends.isConnected) holder.dataset.gene = gene;
  };
  box.addEventListener("change", () => geneTool.show(box.value));
  holder.dataset.shown = "yes";
};
if (geneTool.holder) {
  const most = geneNames().sort((a, b) => store.listed.gene[b][0].groups.mutated.length - store.listed.gene[a][0].groups.mutated.length)[0];
  whenNear(geneTool.holder, () => { if (!geneTool.show) { startGene(geneTool.holder); return geneTool.show(most); } });
}
