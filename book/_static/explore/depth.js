// Depth: the phases of wide random networks, and what a signal and a gradient do on their way.
(() => {
  "use strict";
  const { draw, explorers, numbers } = actmath;
  const { moments, lengths, show } = numbers;
  const LAYERS = 50;
  const X = [0.05, 3];
  const Y = [0, 2];
  const units = () => actmath.formulas.units;

  const start = () => ({ unit: "tanh", w: 1.6, b: 0.3 });
  const controls = (state) => [
    {
      name: "unit",
      label: "unit",
      value: state.unit,
      options: Object.entries(units()).map(([name, { title }]) => [name, title]),
    },
    { name: "w", label: "σ_w, deviation of the weights times √n", min: X[0], max: X[1], step: 0.01, value: state.w },
    { name: "b", label: "σ_b, deviation of the biases", min: Y[0], max: Y[1], step: 0.01, value: state.b },
  ];

  const defaults = (unit) => unit.parameters.map(({ value }) => value);

  // E f^2 and E f'^2 at lengths from 1e-6 to 1e5, once for each unit: the diagram asks often.
  const tables = new Map();
  const DECADES = [-6, 5];
  const PER_DECADE = 10;
  const POINTS = (DECADES[1] - DECADES[0]) * PER_DECADE + 1;
  const at = (k) => 10 ** (DECADES[0] + k / PER_DECADE);
  // More than a shade can show.
  const ROUGHLY = 1e-7;
  const table = (name) => {
    if (!tables.has(name)) {
      const unit = units()[name];
      const found = Array.from({ length: POINTS }, (_, k) => moments(unit, defaults(unit), 0, at(k), ROUGHLY));
      tables.set(name, {
        second: found.map(({ second }) => second),
        slope: found.map(({ slopeSecond }) => slopeSecond),
      });
    }
    return tables.get(name);
  };
  // Between the points of a table, straight in both logarithms; 0 stays 0.
  const between = (column, q) => {
    const place = Math.min(POINTS - 1, Math.max(0, (Math.log10(q) - DECADES[0]) * PER_DECADE));
    const k = Math.min(POINTS - 2, Math.floor(place));
    const [a, b] = [column[k], column[k + 1]];
    return a > 0 && b > 0 ? a * (b / a) ** (place - k) : a + (place - k) * (b - a);
  };

  // The nearest fixed length on the way of inputs of mean square 1, and its phase. Lengths never
  // jump over one; what finds none grows for ever, or comes to 0.
  const phaseOf = (found, w, b) => {
    const first = w * w + b * b;
    const gap = (q) => w * w * between(found.second, q) + b * b - q;
    const way = gap(first) > 0 ? 1 : -1;
    let q = first;
    for (let k = Math.round((Math.log10(first) - DECADES[0]) * PER_DECADE) + way; k >= 0 && k < POINTS; k += way) {
      const there = w * w * found.second[k] + b * b - at(k);
      if (way * there < 0) {
        const here = gap(q);
        q += ((at(k) - q) * here) / (here - there);
        return w * w * between(found.slope, q) < 1 ? "ordered" : "chaotic";
      }
      q = at(k);
    }
    if (way > 0) return "unbounded";
    return w * w * found.slope[0] < 1 ? "ordered" : "chaotic";
  };
  const WORDS = {
    ordered: "ordered: near inputs come together",
    chaotic: "chaotic: near inputs part",
    unbounded: "unbounded: lengths grow for ever",
  };

  // The edge: for each length q the weights with sigma_w^2 E f'^2 = 1 and the biases that keep q.
  const edge = (found) =>
    Array.from({ length: POINTS }, (_, k) => {
      const square = 1 / found.slope[k];
      const rest = at(k) - square * found.second[k];
      return [Math.sqrt(square), rest < -1e-12 * at(k) ? NaN : Math.sqrt(Math.max(rest, 0))];
    });

  const diagram = (state) => {
    const found = table(state.unit);
    const plot = new draw.Plot({
      label: `Phases of wide random networks of ${units()[state.unit].title} over the deviations of weights and biases: ordered left of the edge, chaotic right of it, and where lengths grow without bound`,
      x: X,
      y: Y,
      xlabel: "σ_w",
      ylabel: "σ_b",
      height: 320,
    });
    const [across, up] = [40, 28];
    const [dx, dy] = [(X[1] - X[0]) / across, (Y[1] - Y[0]) / up];
    const inks = { ordered: "blue", chaotic: "vermillion", unbounded: "muted" };
    for (let j = 0; j < up; j++) {
      // Cells of a row that are alike are one area.
      let from = 0;
      const kinds = Array.from({ length: across }, (_, i) => phaseOf(found, X[0] + (i + 0.5) * dx, Y[0] + (j + 0.5) * dy));
      kinds.forEach((kind, i) => {
        if (i + 1 < across && kinds[i + 1] === kind) return;
        const [a, b, c, d] = [X[0] + from * dx, X[0] + (i + 1) * dx, Y[0] + j * dy, Y[0] + (j + 1) * dy];
        plot.area([[a, c], [b, c], [b, d], [a, d]], inks[kind]);
        from = i + 1;
      });
    }
    plot.line(edge(found), "ink");
    plot.note(X[0] + 0.1, 1.85, "ordered", "blue").note(X[1] - 0.08, 0.08, "chaotic or unbounded", "vermillion", "end");
    return plot;
  };

  const travel = (path, gradient) => {
    const log = (v) => Math.max(-12, Math.min(12, Math.log10(v)));
    const all = [...path, ...gradient].map(log);
    const top = Math.max(1, Math.ceil(Math.max(...all)));
    const bottom = Math.min(-1, Math.floor(Math.min(...all)));
    const plot = new draw.Plot({
      label: "Mean square of the net input by layer, and of the gradient that comes back to it, as powers of ten",
      x: [1, LAYERS],
      y: [bottom, top],
      xlabel: "layer",
      ylabel: "log₁₀ of mean squares",
      height: 320,
    });
    plot.across(0, "muted");
    plot.line(path.map((q, k) => [k + 1, log(q)]), "blue");
    plot.line(gradient.map((g, k) => [k + 1, log(g)]), "vermillion", 'stroke-dasharray="6 3"');
    plot.note(2, top - 0.06 * (top - bottom), "signal", "blue").note(12, top - 0.06 * (top - bottom), "gradient (dashed)", "vermillion");
    return plot;
  };

  // By the outputs of each layer: the product of the factors of the layers after it.
  const backwards = (slopes) => {
    const found = [1];
    for (let k = slopes.length - 1; k > 0; k--) found.unshift(found[0] * slopes[k]);
    return found;
  };

  const view = (state) => {
    const unit = units()[state.unit];
    const p = defaults(unit);
    const { w, b } = state;
    const first = w * w + b * b;
    const { found, slopes } = lengths(unit, p, first, w, b, LAYERS);
    const path = found.slice(0, LAYERS);
    const gradient = backwards(slopes.slice(0, path.length));
    const last = path[path.length - 1];
    const chi = slopes[path.length - 1];
    const settled = path.length === LAYERS && Math.abs(found[LAYERS] / last - 1) < 1e-9;
    // Of a length that stays the factor is exact; of others the table decides.
    const exact = chi < 1 ? "ordered" : "chaotic";
    const kind = WORDS[settled ? exact : phaseOf(table(state.unit), w, b)];
    // Over so many layers two near inputs come together, or part, by a factor e.
    const scale = settled ? Math.abs(1 / Math.log(chi)) : NaN;
    return {
      pictures: [
        {
          plot: diagram(state),
          handle: { label: "weights and biases", names: ["σ_w", "σ_b"], fields: ["w", "b"], at: [w, b] },
          caption: "Blue: ordered; vermillion: chaotic; grey: no length stays. The line: the edge between order and chaos. Drag the ring.",
        },
        { plot: travel(path, gradient), caption: `Fifty layers: the mean square of the net inputs, and that of the gradient (dashed), 1 at the last layer.` },
      ],
      rows: [
        ["phase", kind],
        [`mean square in layer ${path.length}`, show(last) + (settled ? "" : ", and still moves")],
        ["χ₁, a layer's factor on gradients there", chi === undefined ? "none" : show(chi)],
        ["layers for a factor e", settled ? show(scale) : "none: nothing is settled"],
        ["gradient in layer 1, of 1 in the last", show(gradient[0])],
      ],
      sentence: `${unit.title} with σ_w = ${show(w, 3)}, σ_b = ${show(b, 3)}: ${kind}; the gradient in layer 1 is ${show(gradient[0], 3)} times that in the last.`,
    };
  };

  explorers.depth = { title: "Depth", start, controls, view };
})();
