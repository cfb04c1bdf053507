// Explore a unit: its graph, its moments under N(mu, nu), its fixed points, its map of lengths.
(() => {
  "use strict";
  const { draw, explorers, numbers } = actmath;
  const { moments, gains, saturation, fixedPoints, lengths, radians, show } = numbers;
  const LAYERS = 30;
  const units = () => actmath.formulas.units;

  const values = (state) => units()[state.unit].parameters.map((_, k) => state[`p${k}`]);

  // The settings of another unit: its own defaults, and the input as it is.
  const chosen = (state, _name, unit) => ({
    ...state,
    unit,
    ...Object.fromEntries(units()[unit].parameters.map(({ value }, k) => [`p${k}`, value])),
  });
  const start = () => chosen({ mu: 0, nu: 1, w: 1, q: 3 }, "unit", "selu");

  const controls = (state) => [
    {
      name: "unit",
      label: "unit",
      value: state.unit,
      groups: actmath.formulas.families.map(([family, names]) => [family, names.map((name) => [name, units()[name].title])]),
    },
    ...units()[state.unit].parameters.map((parameter, k) => ({
      ...parameter,
      name: `p${k}`,
      label: `${parameter.letter}, ${parameter.meaning}`,
      value: state[`p${k}`],
    })),
    { name: "mu", label: "mean μ of the input", min: -3, max: 3, step: 0.01, value: state.mu },
    { name: "nu", label: "variance ν of the input", min: 0.05, max: 9, step: 0.01, value: state.nu },
    { name: "w", label: "σ_w, deviation of the weights times √n", min: 0.1, max: 3, step: 0.01, value: state.w },
    { name: "q", label: "q, mean square of the first net input", min: 0.05, max: 9, step: 0.01, value: state.q },
  ];

  const graph = (unit, p, { mu, nu }, at) => {
    const deviation = Math.sqrt(nu);
    const plot = new draw.Plot({
      label: `The graph of ${unit.title} and of its derivative, over the density of the input N(${show(mu)}, ${show(nu)})`,
      x: [-5, 5],
      y: [-2.5, 3.5],
      xlabel: "x",
      ylabel: "f and f′",
    });
    const bell = (x) => Math.exp(-((x - mu) ** 2) / (2 * nu)) / Math.sqrt(2 * Math.PI * nu);
    const points = Array.from({ length: 101 }, (_, k) => mu + (k / 12.5 - 4) * deviation);
    // The density stands on the lower edge; its height says nothing.
    const height = 1.6 / bell(mu);
    plot.area(points.map((x) => [x, -2.5 + height * bell(x)]), "muted");
    plot.across(at.mean, "green");
    plot.note(4.9, at.mean + 0.1, "E f", "green", "end");
    // Between breaks, for f or f′ may jump there.
    const ends = [-5, ...unit.breaks(...p).filter((x) => Math.abs(x) < 5), 5];
    const slopes = [];
    for (const [of, ink, extra] of [[unit.slope, "vermillion", 'stroke-dasharray="6 3"'], [unit.f, "blue", ""]])
      ends.slice(1).forEach((end, k) => {
        // A wave has sixteen points and its square eight, however fast it is.
        const count = Math.max(120, Math.ceil(((end - ends[k]) * radians(unit, p) * 8) / Math.PI));
        const inner = Array.from({ length: count + 1 }, (_, j) => ends[k] + ((j + 0.001) / (count + 0.002)) * (end - ends[k]));
        const points = inner.map((x) => [x, of(x, ...p)]);
        if (of === unit.slope) slopes.push(...points.map(([, slope]) => slope).filter(Number.isFinite));
        plot.line(points, ink, extra);
      });
    plot.note(-4.8, 3.15, "f", "blue");
    plot.note(-4.3, 3.15, "f′ (dashed)", "vermillion");
    return { plot, least: Math.min(...slopes), greatest: Math.max(...slopes) };
  };

  // What the axes of the graph cut off is said.
  const outside = ({ plot, least, greatest }) =>
    least < plot.y[0] || greatest > plot.y[1] ? ` The picture cuts off f′, which goes from ${show(least, 3)} to ${show(greatest, 3)}.` : "";

  const cobweb = (unit, p, { q: from, w }, steps) => {
    const far = Math.max(4, 1.3 * from);
    const plot = new draw.Plot({
      label: `The map of mean squares from layer to layer for weights of deviation ${show(w)}, and the steps from ${show(from)}`,
      x: [0, far],
      y: [0, far],
      xlabel: "q, mean square of the net input",
      ylabel: "one layer on: σ_w² E f(√q z)²",
    });
    plot.line([[0, 0], [far, far]], "muted");
    const curve = Array.from({ length: 25 }, (_, k) => Math.max(1e-6, (k / 24) ** 2 * far));
    plot.line(curve.map((q) => [q, w * w * moments(unit, p, 0, q, 1e-7).second]), "blue");
    const corners = steps.flatMap((q, k) => (k + 1 < steps.length ? [[q, k ? q : 0], [q, steps[k + 1]], [steps[k + 1], steps[k + 1]]] : []));
    plot.line(corners, "vermillion");
    plot.dot(from, 0, "vermillion", 4);
    return plot;
  };

  const SIDES = { none: "does not saturate", soft: "saturates softly", hard: "saturates hard" };
  const end = ({ kind, value, slope, threshold }) => {
    if (Number.isNaN(slope)) return `${SIDES.none}: f′ oscillates`;
    if (kind === "none") return `${SIDES.none}: f′ → ${show(slope)}`;
    if (!Number.isFinite(value)) return `f′ → 0, but f → ${show(value)}`;
    return `${SIDES[kind]} at ${show(value)}${kind === "hard" ? `, beyond ${show(threshold)}` : ""}`;
  };

  const points = ({ isolated, intervals }) => {
    const found = [
      ...isolated.map(({ x, behaviour }) => `${show(x)} (${behaviour})`),
      ...intervals.map(([a, b]) => (a === -Infinity && b === Infinity ? "every x" : a === -Infinity ? `all x ≤ ${show(b)}` : b === Infinity ? `all x ≥ ${show(a)}` : `all x from ${show(a)} to ${show(b)}`)),
    ];
    return found.join("; ") || "none";
  };

  const fate = (steps, moved, settled) => {
    const last = steps[steps.length - 1];
    if (!settled) return `at ${show(last)}, and its waves are too many to go on`;
    if (last >= 1e12) return "grows without bound";
    if (last <= 1e-12) return "dies out";
    return moved < 1e-9 ? `stays at ${show(last)}` : `${show(last)}, and still moves`;
  };

  const view = (state) => {
    const unit = units()[state.unit];
    const p = values(state);
    const at = moments(unit, p, state.mu, state.nu);
    const known = (v) => (at.settled ? show(v) : "not settled");
    const gain = gains(unit, p, state.nu);
    const drawn = graph(unit, p, state, at);
    const { found: steps, settled } = lengths(unit, p, state.q, state.w, 0, LAYERS);
    const moved = Math.abs(steps[steps.length - 1] / steps[steps.length - 2] - 1);
    const after = fate(steps, moved, settled);
    return {
      pictures: [
        {
          plot: drawn.plot,
          caption: `${unit.title} and its derivative; in grey the input's density, dashed green the mean of the output.${outside(drawn)}`,
        },
        {
          plot: cobweb(unit, p, state, steps),
          caption: `The mean square from layer to layer, without biases. After ${steps.length - 1} layers: ${after}.`,
        },
      ],
      rows: [
        ["E f(z), z ~ N(μ, ν)", known(at.mean)],
        ["Var f(z)", known(at.variance)],
        ["E f(z)²", known(at.second)],
        ["E f′(z)", known(at.slopeMean)],
        ["E f′(z)²", known(at.slopeSecond)],
        ["forward gain at N(0, ν)", show(gain.forward)],
        ["backward gain at N(0, ν)", show(gain.backward)],
        ["gradients by a layer at the forward gain", show(gain.gradient)],
        ["signals by a layer at the backward gain", show(gain.signal)],
        ["to the left", end(saturation(unit, p, "left"))],
        ["to the right", end(saturation(unit, p, "right"))],
        ["x = f(x), for |x| < 30", points(fixedPoints(unit, p))],
        [`mean square after ${steps.length - 1} layers of σ_w`, after],
      ],
      sentence: `${unit.title}: mean ${known(at.mean)}, variance ${known(at.variance)}; forward gain ${show(gain.forward)}; after ${steps.length - 1} layers the mean square ${after}.`,
    };
  };

  explorers.unit = { title: "Explore a unit", start, chosen, controls, view };
})();
