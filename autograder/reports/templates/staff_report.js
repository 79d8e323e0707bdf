"use strict";
// Sorts and filters the table of the class. What both need is read from the page once; nothing is stored or sent.
{
  const $ = (id) => document.getElementById(id);
  const table = $("students");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  // Numbers within texts stand by their size; plain comparison of such keys is many times as quick as a collator's.
  const orderly = (text) => folded(text).replace(/\d+/g, (digits) => digits.padStart(12, "0"));
  const lines = [...body.rows].map((row, place) => ({
    row,
    place,
    text: folded(row.textContent),
    flags: ` ${row.dataset.flags} `,
    section: row.dataset.section,
    keys: [...row.cells].map((cell) => cell.dataset.key ?? cell.textContent.trim()),
  }));

  const filter = () => {
    const words = folded($("find").value).split(/\s+/).filter(Boolean);
    const [section, flag] = [$("section")?.value ?? "", $("show").value];
    let shown = 0;
    for (const line of lines) {
      const fits =
        (!section || line.section === section) &&
        (!flag || line.flags.includes(` ${flag} `)) &&
        words.every((word) => line.text.includes(word));
      if (line.row.hidden === fits) line.row.hidden = !fits;
      shown += fits;
    }
    $("said").textContent = shown === lines.length ? `${shown} students` : `${shown} of ${lines.length} students`;
    $("nobody").hidden = shown > 0;
  };

  const sort = (head, direction) => {
    const column = head.cellIndex;
    const numeric = head.classList.contains("n");
    const key = (line) => (numeric ? parseFloat(line.keys[column]) : orderly(line.keys[column]));
    // What has no value stays at the end, whichever way the others stand.
    const empty = (value) => (numeric ? Number.isNaN(value) : value === "");
    for (const line of lines) line.key = key(line);
    lines.sort((one, other) => {
      const [a, b] = [one.key, other.key];
      if (empty(a) || empty(b)) return empty(a) - empty(b) || one.place - other.place;
      return direction * (a > b ? 1 : a < b ? -1 : 0) || one.place - other.place;
    });
    for (const each of heads) each.setAttribute("aria-sort", each !== head ? "none" : direction > 0 ? "ascending" : "descending");
    body.append(...lines.map((line) => line.row));
  };

  for (const head of heads) {
    // On paper a plain copy stands in: Chromium repeats no head of a table that holds a button.
    const button = Object.assign(document.createElement("button"), { type: "button", title: head.title });
    const copy = Object.assign(document.createElement("span"), { className: "paper", textContent: head.textContent });
    copy.setAttribute("aria-hidden", "true");
    button.append(...head.childNodes);
    head.append(button, copy);
    button.onclick = () => {
      const now = head.getAttribute("aria-sort");
      sort(head, now === "ascending" ? -1 : now === "descending" || !head.classList.contains("n") ? 1 : -1);
    };
  }
  for (const hidden of document.querySelectorAll("[data-show], #filter")) hidden.hidden = false;
  $("find").oninput = filter;
  $("show").onchange = filter;
  if ($("section")) $("section").onchange = filter;
  const choose = (flag) => {
    $("find").value = "";
    if ($("section")) $("section").value = "";
    $("show").value = flag;
    filter();
  };
  $("clear").onclick = () => {
    choose("");
    $("find").focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show]");
    if (!button) return;
    choose(button.dataset.show);
    $("class").scrollIntoView();
    $("show").focus({ preventScroll: true });
  });
  filter();
}
