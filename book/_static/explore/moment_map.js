// The moment map of SELU: where a layer sends mean and variance, and Theorem 1's box.
(() => {
  "use strict";
  const { draw, explorers } = actmath;
  const { show } = actmath.numbers;
  const LAYERS = 30;
  const X = [-1.2, 1.2];
  const Y = [0, 3.2];

  const start = () => ({ omega: 0, tau: 1, mu: 0.9, nu: 2.6 });
  const controls = (state) => [
    { name: "omega", label: "ω, sum of a unit's weights", min: -1, max: 1, step: 0.01, value: state.omega },
    { name: "tau", label: "τ, sum of their squares", min: 0.5, max: 2, step: 0.01, value: state.tau },
    { name: "mu", label: "mean μ at the start", min: -1.2, max: 1.2, step: 0.01, value: state.mu },
    { name: "nu", label: "variance ν at the start", min: 0.02, max: 3.2, step: 0.01, value: state.nu },
  ];

  const stepper = ({ omega, tau }) => {
    const { map, alpha, lam } = actmath.formulas;
    return ([mu, nu]) => {
      const [mean, second] = map(mu, nu, omega, tau, alpha, lam);
      return [mean, second - mean * mean];
    };
  };

  // Some layers; it stops where the variance is gone or beyond reach.
  const orbit = (step, from, layers) => {
    const found = [from];
    while (found.length <= layers) {
      const last = found[found.length - 1];
      if (!(last[1] > 1e-9 && last[1] < 1e6)) break;
      found.push(step(last));
    }
    return found;
  };

  // Where the layers lead to; null where that is no point.
  const limit = (step, from) => {
    let at = from;
    for (let layer = 0; layer < 3000; layer++) {
      const next = step(at);
      if (!(next[1] > 1e-9 && next[1] < 1e6)) return null;
      if (Math.hypot(next[0] - at[0], next[1] - at[1]) < 1e-13) return next;
      at = next;
    }
    return null;
  };

  // Largest singular value and largest |eigenvalue| of a 2x2 matrix.
  const sizes = ([a, b, c, d]) => {
    const square = a * a + b * b + c * c + d * d;
    const determinant = a * d - b * c;
    const norm = Math.sqrt((square + Math.sqrt(Math.max(0, square * square - 4 * determinant ** 2))) / 2);
    const half = (a + d) / 2;
    const inner = half * half - determinant;
    const radius = inner < 0 ? Math.sqrt(determinant) : Math.abs(half) + Math.sqrt(inner);
    return { norm, radius };
  };

  const border = ({ mu, nu }) => {
    const along = Array.from({ length: 25 }, (_, k) => k / 24);
    const between = ([a, b], t) => a + t * (b - a);
    return [
      ...along.map((t) => [between(mu, t), nu[0]]),
      ...along.map((t) => [mu[1], between(nu, t)]),
      ...along.map((t) => [between(mu, 1 - t), nu[1]]),
      ...along.map((t) => [mu[0], between(nu, 1 - t)]),
    ];
  };

  const plane = (state, step, path, rest) => {
    const { box } = actmath.formulas;
    const plot = new draw.Plot({
      label: `The plane of means and variances: arrows show where a layer sends a point; the path from mean ${show(state.mu, 3)} and variance ${show(state.nu, 3)}; the box of Theorem 1 and its image`,
      x: X,
      y: Y,
      xlabel: "mean μ",
      ylabel: "variance ν",
      height: 320,
    });
    // A third of the way, or the arrows would cover each other.
    for (let i = 0; i < 13; i++)
      for (let j = 0; j < 12; j++) {
        const from = [-1.1 + (2.2 * i) / 12, 0.15 + (2.9 * j) / 11];
        const to = step(from);
        plot.arrow(from, from.map((v, k) => v + 0.3 * (to[k] - v)), "muted");
      }
    plot.box(box.mu, box.nu, "green");
    plot.line(border(box).map(step), "purple");
    plot.note(box.mu[0], box.nu[1] + 0.07, "Theorem 1", "green", "middle");
    plot.line(path, "vermillion");
    path.forEach(([mu, nu]) => plot.dot(mu, nu, "vermillion", 2));
    if (rest) plot.dot(...rest, "ink", 4);
    return plot;
  };

  const byLayer = (path) => {
    const top = Math.max(1.6, ...path.map(([, nu]) => nu).filter((v) => v < 8)) + 0.2;
    const plot = new draw.Plot({
      label: "Mean and variance by layer",
      x: [0, LAYERS],
      y: [-1.3, Math.min(top, 8)],
      xlabel: "layer",
      ylabel: "mean, and variance (dashed)",
    });
    plot.across(0, "muted").across(1, "muted");
    plot.line(path.map(([mu], k) => [k, mu]), "blue");
    plot.line(path.map(([, nu], k) => [k, nu]), "vermillion", 'stroke-dasharray="6 3"');
    return plot;
  };

  const ending = (path, rest) => {
    const [mu, nu] = path[path.length - 1];
    if (nu >= 1e6) return "the variance grows without bound";
    if (nu <= 1e-9) return "the variance dies out";
    return rest ? `it comes to mean ${show(rest[0])}, variance ${show(rest[1])}` : `it is at mean ${show(mu)}, variance ${show(nu)} and has not settled`;
  };

  const view = (state) => {
    const { box, weights, alpha, lam, jacobian } = actmath.formulas;
    const step = stepper(state);
    const from = [state.mu, state.nu];
    const path = orbit(step, from, LAYERS);
    const rest = limit(step, from);
    const size = rest && sizes(jacobian(...rest, state.omega, state.tau, alpha, lam));
    const inside = (value, [low, high]) => low <= value && value <= high;
    const covered = inside(state.omega, weights.omega) && inside(state.tau, weights.tau);
    const started = covered && inside(state.mu, box.mu) && inside(state.nu, box.nu);
    const proved = started
      ? "the start and these weights are inside: proved to stay and to converge"
      : covered
        ? "these weights are inside, the start is not: computed, not proved"
        : "these weights are outside: computed, not proved";
    const last = path[path.length - 1];
    return {
      pictures: [
        {
          plot: plane(state, step, path, rest),
          handle: { label: "start: mean and variance", names: ["mean", "variance"], fields: ["mu", "nu"], at: from },
          caption: "Arrows point to where one layer sends mean and variance, drawn at a third of the way. Green: the box of Theorem 1; purple: its image; vermillion: thirty layers from the start, which you can drag.",
        },
        { plot: byLayer(path), caption: "The same thirty layers: mean (solid) and variance (dashed)." },
      ],
      rows: [
        ["after one layer", `mean ${show(path[1][0])}, variance ${show(path[1][1])}`],
        [`after ${path.length - 1} layers`, `mean ${show(last[0])}, variance ${show(last[1])}`],
        ["in the end", ending(path, rest)],
        ["spectral norm of the Jacobian there", size ? show(size.norm) : "no fixed point found from here"],
        ["spectral radius there", size ? `${show(size.radius)}: ${size.radius < 1 ? "attracts" : "does not attract"}` : "no fixed point found from here"],
        ["Theorem 1", proved],
      ],
      sentence: `From mean ${show(state.mu, 3)} and variance ${show(state.nu, 3)}, with ω = ${show(state.omega, 3)} and τ = ${show(state.tau, 3)}: ${ending(path, rest)}. Theorem 1: ${proved}.`,
    };
  };

  explorers.moment_map = { title: "The moment map", start, controls, view };
})();
