// The reading that is shown is part of the address, so that a link leads to what its sender saw.
const address = () => new URL(location.href);
for (const choice of document.querySelectorAll('input[name="reading"]')) {
  choice.checked = choice.value === (address().searchParams.get("reading") ?? "");
  choice.addEventListener("change", () => {
    const there = address();
    there.searchParams.delete("reading");
    if (choice.value) there.searchParams.set("reading", choice.value);
    history.replaceState(null, "", there);
  });
}
if (!document.querySelector('input[name="reading"]:checked')) document.querySelector('input[name="reading"]').checked = true;

// What an address names is not hidden behind the switch, whose height depends on the width and the readings.
const bar = document.querySelector(".switch");
new ResizeObserver(() => (document.documentElement.style.scrollPaddingTop = `${bar.offsetHeight}px`)).observe(bar);

// Tables are sorted by the number that a cell begins with (".055 [.050, .060]", "F 0.09", "T12"), else by its text.
const numberOf = (text) => {
  const found = /^(?:\w+: )?(?:[A-Z] ?)?([-−+]?(?:\d+\.?\d*|\.\d+|∞))/.exec(text.trim());
  return found ? Number(found[1].replace("−", "-").replace("∞", "Infinity")) : NaN;
};
const byText = new Intl.Collator("en", { numeric: true });
// tablesort asks for the descending order, and turns it round for the ascending one
Tablesort.extend("value", () => true, (one, other) => {
  const [first, second] = [numberOf(one), numberOf(other)];
  if (first === second || (isNaN(first) && isNaN(second))) return first === second ? 0 : byText.compare(other, one);
  return isNaN(first) || first > second ? -1 : 1;
});
for (const table of document.querySelectorAll("table")) {
  new Tablesort(table);
  for (const head of table.querySelectorAll("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.removeAttribute("tabindex");
  }
  // what has no number stands last, whichever way the numbers go
  table.addEventListener("afterSort", () => {
    const column = table.querySelector("thead th[aria-sort]").cellIndex;
    const rows = [...table.tBodies[0].rows];
    const without = rows.filter((row) => isNaN(numberOf(row.cells[column].textContent)));
    if (without.length < rows.length) table.tBodies[0].append(...without);
  });
}
