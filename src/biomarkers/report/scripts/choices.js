// Options of which one is shown: radio buttons above them, so arrow keys walk and Tab passes. A switch beside them leaves
// in every option's tables the rows in which one column is above 0.
const startChoice = (holder, place) => {
  const options = [...holder.querySelectorAll(":scope > .option")];
  const show = (chosen) => options.forEach((one) => { one.hidden = one !== chosen; });
  const buttons = options.map((one, of) => make("label", {},
    make("input", { type: "radio", name: "choice" + place, checked: of === 0, onchange: () => show(one) }),
    make("span", { text: one.dataset.option })));
  const head = make("div", { class: "tools" });
  if (buttons.length > 1) head.append(make("div", { class: "options", role: "radiogroup", "aria-label": holder.dataset.label }, ...buttons));
  if (holder.dataset.only) {
    head.append(make("label", {}, make("input", { type: "checkbox", onchange: (event) => {
      for (const table of holder.querySelectorAll("[data-table]")) leaveOnly(table, event.target.checked ? holder.dataset.only : "");
    } }), make("span", { text: ` ${holder.dataset.only} only` })));
  }
  holder.prepend(head);
  show(options[0]);
};
document.querySelectorAll(".choice").forEach(startChoice);
