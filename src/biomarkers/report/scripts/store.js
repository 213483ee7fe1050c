// The store of the page, and what every part of the script uses: rows of its tables, elements, files to keep.
const store = JSON.parse(document.getElementById("store").textContent);

// A column of the store is either plain, or words and their places.
const cellAt = (packed, place) => {
  const cell = Array.isArray(packed) ? packed[place] : packed.codes[place];
  return Array.isArray(packed) || cell === null ? cell : packed.levels[cell];
};
const column = (packed) =>
  Array.isArray(packed) ? packed : packed.codes.map((code) => (code === null ? null : packed.levels[code]));

const rowAt = (packed, place) =>
  Object.fromEntries(Object.entries(packed.columns).map(([name, cells]) => [name, cellAt(cells, place)]));

const rowsOf = (packed) => (packed ? Array.from({ length: packed.rows }, (_, place) => rowAt(packed, place)) : []);

const count = (n, one, many = one + "s") => `${n} ${n === 1 ? one : many}`;
const known = (...values) => values.filter((value) => value !== null && value !== undefined && value !== "");
const once = (make) => {
  let made;
  return () => (made === undefined ? (made = make()) : made);
};
const patientRows = once(() => rowsOf(store.patients));
const patientNames = once(() => (store.patients.columns.patient ? column(store.patients.columns.patient) : []));
// One patient's rows of a table; only they are made, since a trial may hold a hundred thousand mutations.
const detailsOf = (table, patient) => {
  const packed = store.details[table];
  const rows = [];
  for (let place = 0; packed && place < packed.rows; place += 1) {
    if (cellAt(packed.columns.patient, place) === patient) rows.push(rowAt(packed, place));
  }
  return rows;
};

// An element; text never becomes markup. Attributes starting with "on" are listeners.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

const keep = (name, content, type) => {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

// A spreadsheet runs text that begins with one of these as a formula: a quote before it makes it text (OWASP, CSV injection).
const cellText = (value) => {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? "'" + value : String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
};
const csv = (heads, rows) =>
  "\ufeff" + [heads, ...rows].map((row) => row.map(cellText).join(",")).join("\r\n") + "\r\n";
const keepCsv = (name, heads, rows) => keep(name + ".csv", csv(heads, rows), "text/csv;charset=utf-8");

// Calls back once, when the element comes near the window.
const whenNear = (() => {
  const waiting = new Map();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      watcher.unobserve(entry.target);
      waiting.get(entry.target)();
      waiting.delete(entry.target);
    }
  }, { rootMargin: "400px 0px" });
  const near = (element, call) => {
    waiting.set(element, call);
    watcher.observe(element);
  };
  // All of one kind that still waits and is shown, at once: before printing.
  near.all = (kind) => Promise.all([...waiting].filter(([element]) => element.matches(kind) && element.checkVisibility()).map(([element, call]) => {
    watcher.unobserve(element);
    waiting.delete(element);
    return call();
  }));
  return near;
})();

// The chosen patient, and who wants to know.
const choice = { patient: null, listeners: [] };
const onChoice = (listener) => choice.listeners.push(listener);
const choose = (patient, from) => {
  choice.patient = patient;
  for (const listener of choice.listeners) listener(patient, from);
};
