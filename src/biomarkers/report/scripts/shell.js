// The bar: which section is read, the search for a patient, and what can be taken along.
const spoken = make("p", { class: "off-screen", role: "status" });
document.body.append(spoken);
function say(text) { spoken.textContent = text; }

const links = new Map([...document.querySelectorAll("#bar nav a")].map((link) => [link.getAttribute("href").slice(1), link]));
const sections = [...links.keys()].map((id) => document.getElementById(id));
const showWhere = () => {
  const edge = document.getElementById("bar").offsetHeight + 80;
  const passed = sections.filter((section) => section.getBoundingClientRect().top <= edge);
  const current = (passed.at(-1) || sections[0]).id;
  for (const [id, link] of links) {
    if ((link.getAttribute("aria-current") === "true") === (id === current)) continue;
    if (id === current) {
      link.setAttribute("aria-current", "true");
      const strip = link.closest("nav");
      strip.scrollLeft = link.offsetLeft - strip.clientWidth / 2 + link.offsetWidth / 2;
    } else link.removeAttribute("aria-current");
  }
};
let scrolling = false;
addEventListener("scroll", () => {
  if (scrolling) return;
  scrolling = true;
  requestAnimationFrame(() => { scrolling = false; showWhere(); });
}, { passive: true });

const search = make("input", { type: "search", list: "patients", placeholder: "patient", "aria-label": "Find a patient", autocomplete: "off", spellcheck: "false" });
const find = (whole) => {
  const wanted = search.value.trim().toLowerCase();
  if (!wanted) return;
  const names = patientNames();
  const same = names.find((name) => name.toLowerCase() === wanted);
  const near = names.filter((name) => name.toLowerCase().includes(wanted));
  // P1 is whole as a name, and the beginning of P10: while one types, only a name that no other goes on from is found.
  const more = names.some((name) => name !== same && name.toLowerCase().startsWith(wanted));
  if ((same && (whole || !more)) || (whole && near.length === 1)) choose(same || near[0], "search");
  else if (whole) say(near.length ? `${near.length} patients match` : "No patient matches");
};
// A name taken from the list comes whole: such an event tells no typing.
search.addEventListener("input", (event) => find(!event.inputType || event.inputType === "insertReplacementText"));
search.addEventListener("keydown", (event) => { if (event.key === "Enter") find(true); });
const keepTable = (name, packed) => keepCsv(name, Object.keys(packed.columns), rowsOf(packed).map((row) => Object.values(row)));
document.getElementById("bar-tools").append(
  search,
  make("datalist", { id: "patients" }, ...patientNames().map((name) => make("option", { value: name }))),
  make("details", { class: "panel" }, make("summary", { text: "Export" }), make("ul", {},
    make("li", {}, make("button", { type: "button", text: "Patients (CSV)", onclick: () => keepTable("patients", store.patients) })),
    store.tests ? make("li", {}, make("button", { type: "button", text: "Tests (CSV)", onclick: () => keepTable("tests", store.tests) })) : null,
    make("li", {}, make("button", { type: "button", text: "Print", onclick: () => print() })))));
// Names in the page's own text open their patient.
addEventListener("click", (event) => {
  const name = event.target.closest("[data-patient]");
  if (name) choose(name.dataset.patient, "flow");
});
// A panel closes when something else is clicked, or by Escape.
addEventListener("click", (event) => {
  for (const panel of document.querySelectorAll("details.panel[open]")) if (!panel.contains(event.target)) panel.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const panel of document.querySelectorAll("details.panel[open]")) panel.open = false;
});
// On paper what is folded is open, every option of a choice is shown but those that repeat a table, and what the reader
// has not scrolled to is drawn: a browser waits for all that an event's listener began but for timers.
const openOnPaper = "main details:not(.flow details, .aside), #together figure + .aside";
const shownOnPaper = ".choice:not([data-only]) > .option";
addEventListener("beforeprint", async () => {
  for (const one of document.querySelectorAll(openOnPaper)) {
    one.dataset.was = one.open ? "open" : "";
    one.open = true;
  }
  for (const one of document.querySelectorAll(shownOnPaper)) {
    one.dataset.was = one.hidden ? "hidden" : "";
    one.hidden = false;
  }
  await inPrint(true);
  await whenNear.all(".on-paper [data-figure]");
  narrowForPaper();
});
addEventListener("afterprint", () => {
  inPrint(false);
  for (const one of document.querySelectorAll(openOnPaper)) one.open = one.dataset.was === "open";
  for (const one of document.querySelectorAll(shownOnPaper)) one.hidden = one.dataset.was === "hidden";
  wideAgain();
});
document.documentElement.classList.add("scripted");
showWhere();
document.body.dataset.ready = "yes";
