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

  for (const table of document.querySelectorAll("table.answers")) {
    const [body] = table.tBodies;
    const titles = [...(table.tHead?.rows[0].cells ?? [])];
    if (body.rows.length < FEWEST_ROWS) continue;
    titles.forEach((title, column) => {
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
