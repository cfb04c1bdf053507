// A click on a column's title sorts the rows of a table that a page computed; once more turns them.
// Without this script the rows stand in the order in which they were computed.
document.addEventListener("DOMContentLoaded", () => {
  const FEWEST_ROWS = 6;
  // Numbers may carry a minus sign of typography, a per cent sign or a degree.
  const number = (text) => Number.parseFloat(text.replaceAll("−", "-").replace("∞", "1e999"));

  const order = (column, direction) => (one, other) => {
    const [a, b] = [one, other].map((row) => row.cells[column].textContent.trim());
    const [x, y] = [number(a), number(b)];
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return direction * (Number.isNaN(x) ? a.localeCompare(b) : x - y);
  };

  // A field above a long table: the rows that hold all of its words stay.
  const searched = (table) => {
    const label = document.createElement("label");
    label.className = "table-search";
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "such as soft, 2017, C¹ or attracts";
    const found = document.createElement("output");
    label.append("search ", field, " ", found);
    const rows = [...table.tBodies[0].rows];
    const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const show = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) row.hidden = !words.every((word) => text.get(row).includes(word));
      found.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
    };
    field.addEventListener("input", show);
    show();
    table.before(label);
  };

  for (const table of document.querySelectorAll("table.searched")) searched(table);
  for (const table of document.querySelectorAll("table.answers")) {
    const [body] = table.tBodies;
    const titles = [...(table.tHead?.rows[0].cells ?? [])];
    if (body.rows.length < FEWEST_ROWS) continue;
    titles.forEach((title, column) => {
      // What has no name is no button for everybody.
      if (!title.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...title.childNodes);
      title.append(button);
      button.addEventListener("click", () => {
        const rising = title.getAttribute("aria-sort") !== "ascending";
        for (const other of titles) other.removeAttribute("aria-sort");
        title.setAttribute("aria-sort", rising ? "ascending" : "descending");
        body.append(...[...body.rows].sort(order(column, rising ? 1 : -1)));
      });
    });
  }
});
