// Figures as text: one function makes what the build prints and what the page shows later.
// Inks are classes, which explore.css gives the colours of the theme.
(() => {
  "use strict";
  globalThis.actmath ??= {};
  const { show } = actmath.numbers;

  const escaped = (text) =>
    String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const round = (v) => Math.round(v * 10) / 10;

  // Round numbers inside an interval, some five of them.
  const ticks = ([low, high], most = 5) => {
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough);
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor(high / step + 1e-9);
    return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
  };

  class Plot {
    // `x` and `y` are the ends of the axes; `label` says in words what is to be seen.
    constructor({ label, x, y, xlabel, ylabel, width = 340, height = 250 }) {
      Object.assign(this, { label, x, y, xlabel, ylabel, width, height });
      this.left = 46;
      this.top = 22;
      this.inner = [width - this.left - 16, height - this.top - 36];
      this.marks = [];
      this.notes = [];
    }

    px(v) {
      return round(((v - this.x[0]) / (this.x[1] - this.x[0])) * this.inner[0]);
    }

    py(v) {
      return round((1 - (v - this.y[0]) / (this.y[1] - this.y[0])) * this.inner[1]);
    }

    // A line through points; it is broken where a value is no number.
    line(points, ink, extra = "") {
      let pen = "M";
      let path = "";
      for (const [a, b] of points) {
        if (!Number.isFinite(a) || !Number.isFinite(b)) {
          pen = "M";
          continue;
        }
        // Far outside coordinates overflow what a browser draws.
        const y = Math.max(-5000, Math.min(5000, this.py(b)));
        path += `${pen}${this.px(a)} ${y}`;
        pen = "L";
      }
      this.marks.push(`<path class="ex-line ex-${ink}" ${extra} d="${path}"/>`);
      return this;
    }

    curve(f, ink, extra = "", points = 240) {
      const [low, high] = this.x;
      const at = (k) => low + (k / points) * (high - low);
      return this.line(Array.from({ length: points + 1 }, (_, k) => [at(k), f(at(k))]), ink, extra);
    }

    area(points, ink) {
      const path = points.map(([a, b]) => `${this.px(a)} ${this.py(b)}`).join("L");
      this.marks.push(`<path class="ex-area ex-${ink}" d="M${path}Z"/>`);
      return this;
    }

    dot(a, b, ink, radius = 3) {
      if (Number.isFinite(a) && Number.isFinite(b))
        this.marks.push(`<circle class="ex-dot ex-${ink}" cx="${this.px(a)}" cy="${this.py(b)}" r="${radius}"/>`);
      return this;
    }

    // Many dots, at the weight of a line.
    dots(points, ink) {
      const path = points.map(([a, b]) => `M${this.px(a)} ${this.py(b)}h0`).join("");
      this.marks.push(`<path class="ex-dots ex-${ink}" d="${path}"/>`);
      return this;
    }

    ring(a, b, ink, radius) {
      this.marks.push(`<circle class="ex-ring ex-${ink}" cx="${this.px(a)}" cy="${this.py(b)}" r="${radius}"/>`);
      return this;
    }

    // An arrow without a head where it is shorter than one.
    arrow([a, b], [c, d], ink) {
      const [x, y] = [this.px(a), this.py(b)];
      const [u, v] = [this.px(c) - x, this.py(d) - y];
      const long = Math.hypot(u, v);
      if (!(long > 0.3) || !Number.isFinite(long)) return this;
      const [e, f] = [(3.2 * u) / long, (3.2 * v) / long];
      const [s, t] = [round(x + u), round(y + v)];
      const head = long > 4 ? `M${round(s - e - f / 2)} ${round(t - f + e / 2)}L${s} ${t}L${round(s - e + f / 2)} ${round(t - f - e / 2)}` : "";
      this.marks.push(`<path class="ex-thin ex-${ink}" d="M${x} ${y}L${s} ${t}${head}"/>`);
      return this;
    }

    box([a, b], [c, d], ink, extra = "") {
      return this.line([[a, c], [b, c], [b, d], [a, d], [a, c]], ink, extra);
    }

    across(b, ink) {
      return this.line([[this.x[0], b], [this.x[1], b]], ink, 'stroke-dasharray="3 3"');
    }

    up(a, ink) {
      return this.line([[a, this.y[0]], [a, this.y[1]]], ink, 'stroke-dasharray="3 3"');
    }

    // A word in the figure, in the ink of what it names.
    note(a, b, text, ink, anchor = "start") {
      this.notes.push(
        `<text class="ex-note ex-${ink}" x="${this.px(a)}" y="${this.py(b)}" text-anchor="${anchor}">${escaped(text)}</text>`,
      );
      return this;
    }

    // The drawing without its <svg>, so that a page can replace it under a handle that stays.
    body() {
      const [w, h] = this.inner;
      const grid = [
        ...ticks(this.x).map((v) => {
          const at = this.px(v);
          return `<path class="ex-grid" d="M${at} 0V${h}"/><text class="ex-tick" x="${at}" y="${h + 14}" text-anchor="middle">${show(v, 3)}</text>`;
        }),
        ...ticks(this.y).map((v) => {
          const at = this.py(v);
          return `<path class="ex-grid" d="M0 ${at}H${w}"/><text class="ex-tick" x="-6" y="${at + 3.5}" text-anchor="end">${show(v, 3)}</text>`;
        }),
      ].join("");
      // A nested svg cuts off what is outside, and needs no id for it.
      return (
        `<g transform="translate(${this.left} ${this.top})">${grid}<path class="ex-frame" d="M0 0H${w}V${h}H0Z"/>` +
        `<svg width="${w}" height="${h}">${this.marks.join("")}</svg>${this.notes.join("")}` +
        `<text class="ex-axis" x="${w / 2}" y="${h + 30}" text-anchor="middle">${escaped(this.xlabel)}</text>` +
        `<text class="ex-axis" x="${-this.left + 2}" y="-8">${escaped(this.ylabel)}</text></g>`
      );
    }

    // What a page needs to find the place of a pointer.
    frame() {
      return { x: this.x, y: this.y, left: this.left, top: this.top, inner: this.inner };
    }

    svg(handle) {
      const knob = handle
        ? `<g class="ex-handle" role="slider" tabindex="0" aria-label="${escaped(handle.label)}" aria-valuemin="${this.x[0]}" aria-valuemax="${this.x[1]}" ` +
          `${knobAttributes(this, handle)}><circle class="ex-reach" r="18"/><circle class="ex-knob" r="7"/></g>`
        : "";
      return (
        `<svg class="ex-plot" viewBox="0 0 ${this.width} ${this.height}" role="group" aria-label="${escaped(this.label)}">` +
        `<g class="ex-drawing" role="img" aria-label="${escaped(this.label)}">${this.body()}</g>${knob}</svg>`
      );
    }
  }

  const place = (plot, [a, b]) =>
    `translate(${plot.left + plot.px(a)} ${plot.top + plot.py(b)})`;
  const words = (handle) => `${handle.names[0]} ${show(handle.at[0], 3)}, ${handle.names[1]} ${show(handle.at[1], 3)}`;
  const knobAttributes = (plot, handle) =>
    `aria-valuenow="${handle.at[0]}" aria-valuetext="${escaped(words(handle))}" transform="${place(plot, handle.at)}"`;

  const table = (rows) =>
    `<table class="ex-table"><tbody>${rows
      .map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
      .join("")}</tbody></table>`;

  const control = (part, prefix) => {
    const id = `${prefix}-${part.name}`;
    const label = `<label for="${id}">${escaped(part.label)}</label>`;
    const option = ([value, text]) => `<option value="${value}"${value === part.value ? " selected" : ""}>${escaped(text)}</option>`;
    const grouped = ([name, options]) => `<optgroup label="${escaped(name)}">${options.map(option).join("")}</optgroup>`;
    if (part.options || part.groups) {
      const options = part.groups ? part.groups.map(grouped) : part.options.map(option);
      return `<div class="ex-control">${label}<select id="${id}" name="${part.name}">${options.join("")}</select></div>`;
    }
    const { min, max, step, value } = part;
    // What moves by itself has a button: so many seconds a unit of its slider.
    const play = part.play ? `<button type="button" class="ex-play" data-play="${part.name}" data-seconds="${part.play}">Play</button>` : "";
    return (
      `<div class="ex-control">${label}<input type="range" id="${id}" name="${part.name}" min="${min}" max="${max}" ` +
      `step="${step}" value="${value}" data-exact="${value}"><output for="${id}">${show(value, 4)}</output>${play}</div>`
    );
  };
  const controls = (parts, prefix) => parts.map((part) => control(part, prefix)).join("");

  // The whole explorer in a state, as the build prints it: it can be read without a script.
  const page = (name) => {
    const explorer = actmath.explorers[name];
    const state = explorer.start();
    const seen = explorer.view(state);
    const figures = seen.pictures.map(
      ({ plot, handle, caption }) => `<figure>${plot.svg(handle)}<figcaption>${escaped(caption)}</figcaption></figure>`,
    );
    return (
      `<div class="explorer" data-explorer="${name}">` +
      `<form class="ex-controls" aria-label="${escaped(explorer.title)}: settings">${controls(explorer.controls(state), `ex-${name}`)}` +
      `<button type="reset">Back to the start</button></form>` +
      `<div class="ex-pictures">${figures.join("")}</div>` +
      `<p class="ex-sentence"><output aria-live="polite">${escaped(seen.sentence)}</output></p>` +
      `<div class="ex-numbers">${table(seen.rows)}</div></div>`
    );
  };

  actmath.draw = { Plot, table, controls, page, words, place, escaped };
  actmath.explorers ??= {};
})();
