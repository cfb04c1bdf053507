// Filters and a search over the ledger's cards. Without this script all cards are shown.
document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector(".claims");
  if (!list) return;
  const cards = [...list.querySelectorAll(".claim")];
  const texts = new Map(cards.map((card) => [card, card.textContent.toLowerCase()]));

  const form = document.createElement("form");
  form.className = "claim-filters";
  form.setAttribute("role", "search");
  form.addEventListener("submit", (event) => event.preventDefault());

  const labelled = (text, field) => {
    const label = document.createElement("label");
    label.append(`${text} `, field);
    form.append(label);
    return field;
  };

  const choices = ["paper", "verdict", "kind"].map((name) => {
    const select = document.createElement("select");
    const values = [...new Set(cards.map((card) => card.dataset[name]))];
    select.append(new Option("all", ""), ...values.map((value) => new Option(value, value)));
    return [name, labelled(name, select)];
  });
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = "words, an id, a number";
  labelled("search", search);
  const count = document.createElement("output");
  form.append(count);

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const chosen = choices.every(([name, { value }]) => !value || card.dataset[name] === value);
      const found = words.every((word) => texts.get(card).includes(word));
      card.hidden = !(chosen && found);
      shown += card.hidden ? 0 : 1;
    }
    count.textContent = `${shown} of ${cards.length} rows`;
  };
  form.addEventListener("input", show);
  list.before(form);
  show();

  // A link to a card unfolds it, be it hidden or not.
  const unfold = () => {
    const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!card || !card.matches(".claim")) return;
    card.hidden = false;
    card.open = true;
    card.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  unfold();
});
