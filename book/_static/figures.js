// Saves a figure as an SVG file of its own, with the colours that it has on the page at that moment.
// Without this script the button is not shown.
document.addEventListener("DOMContentLoaded", () => {
  const PARTS = "path, use, text, tspan, line, rect, circle, polyline, polygon, g";
  const INKS = ["fill", "stroke", "color"];

  const standalone = (drawn) => {
    const copy = drawn.cloneNode(true);
    const pairs = [drawn, ...drawn.querySelectorAll(PARTS)];
    [copy, ...copy.querySelectorAll(PARTS)].forEach((part, index) => {
      const style = getComputedStyle(pairs[index]);
      for (const ink of INKS) part.style[ink] = style[ink];
    });
    const { width, height } = drawn.viewBox.baseVal;
    copy.setAttribute("width", `${width}pt`);
    copy.setAttribute("height", `${height}pt`);
    copy.style.background = getComputedStyle(document.body).backgroundColor;
    return new XMLSerializer().serializeToString(copy);
  };

  for (const button of document.querySelectorAll("button[data-picture]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const drawn = button.closest(".illustration").querySelector("svg");
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([standalone(drawn)], { type: "image/svg+xml" }));
      link.download = button.dataset.picture;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }
});
