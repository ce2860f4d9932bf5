
"use strict";
// Without this script every check is shown; with it, those that fit the filter.
const form = document.getElementById("filter");
const rows = Array.from(document.querySelectorAll("#list > .check"));
const texts = rows.map((row) => row.textContent.toLowerCase());
const value = (id) => { const field = document.getElementById(id); return field ? field.value : ""; };
const expand = document.getElementById("expand");
const shown = () => rows.filter((row) => !row.hidden);

function relabel() {
  const all = shown();
  expand.textContent = all.length > 0 && all.every((row) => row.open) ? "Collapse all" : "Expand all";
}

function filter() {
  const verdict = value("by-verdict"), check = value("by-check"), operator = value("by-operator");
  const words = value("by-text").toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  rows.forEach((row, place) => {
    const fits = (!verdict || row.dataset.verdict === verdict) && (!check || row.dataset.check === check)
      && (!operator || row.dataset.operator === operator) && words.every((word) => texts[place].includes(word));
    row.hidden = !fits;
    count += fits;
  });
  document.getElementById("count").textContent = count + " of " + rows.length + " checks";
  document.getElementById("nothing").hidden = count > 0;
  relabel();
}

form.addEventListener("input", filter);
form.addEventListener("change", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));
document.getElementById("list").addEventListener("toggle", relabel, true);
expand.addEventListener("click", () => {
  const all = shown(), open = !all.every((row) => row.open);
  all.forEach((row) => { row.open = open; });
});
form.hidden = false;
filter();
