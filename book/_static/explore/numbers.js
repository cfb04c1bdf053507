// What the explorers compute from generated formulas: Gaussian moments, fixed points, iterations.
// No formula of a unit stands here; actmath.formulas, which the build writes, holds them.
(() => {
  "use strict";
  globalThis.actmath ??= {};

  // In standard deviations: e^{-50} is beyond every digit. The panels are narrow where the mass is.
  const PANELS = [-10, -6, -4, -2.5, -1.25, 0, 1.25, 2.5, 4, 6, 10];
  // A panel is halved until a coarser rule changes no sum by more than this share of the whole.
  const CLOSE = 1e-14;
  const DEEPEST = 24;

  const increasing = (values) => [...new Set(values)].sort((a, b) => a - b);

  // Sums of w, wf, wf^2, wf' and wf'^2 over the nodes of a rule on one panel, and the terms.
  const panel = (f, slope, density, { nodes, weights }, low, high) => {
    const half = (high - low) / 2;
    const middle = low + half;
    const terms = [];
    const sums = [0, 0, 0, 0];
    for (let k = 0; k < nodes.length; k++) {
      const z = middle + half * nodes[k];
      const w = half * weights[k] * density(z);
      const [value, rise] = [f(z), slope(z)];
      terms.push(w, value);
      sums[0] += w * value;
      sums[1] += w * value * value;
      sums[2] += w * rise;
      sums[3] += w * rise * rise;
    }
    return { low, high, terms, sums };
  };

  // E f, Var f, E f', E f'^2 and E f^2 of z ~ N(mu, nu), nu > 0, in panels that end at the kinks.
  // `settled` is false where halving did not end, as where f overflows.
  const moments = (unit, p, mu, nu, close = CLOSE) => {
    const { fine, coarse } = actmath.formulas.rule;
    const f = (z) => unit.f(z, ...p);
    const slope = (z) => unit.slope(z, ...p);
    const deviation = Math.sqrt(nu);
    const height = 1 / Math.sqrt(2 * Math.PI * nu);
    const density = (z) => height * Math.exp(-((z - mu) * (z - mu)) / (2 * nu));
    const over = (rule, low, high) => panel(f, slope, density, rule, low, high);
    const [low, high] = [mu - 10 * deviation, mu + 10 * deviation];
    const inside = [0, ...unit.breaks(...p)].filter((at) => low < at && at < high);
    const ends = increasing([...PANELS.map((k) => mu + k * deviation), ...inside]);
    const first = ends.slice(1).map((end, k) => over(fine, ends[k], end));
    // f and f' may change their signs: their squares bound them.
    const scale = [0, 1, 2, 3].map((k) => first.reduce((total, { sums }) => total + Math.abs(sums[k]), 0));
    scale[0] = Math.max(scale[0], Math.sqrt(scale[1]));
    scale[2] = Math.max(scale[2], Math.sqrt(scale[3]));
    const found = [];
    let settled = true;
    const accept = (whole, depth) => {
      const other = over(coarse, whole.low, whole.high).sums;
      if (whole.sums.every((v, k) => Math.abs(v - other[k]) <= close * scale[k])) return found.push(whole);
      if (!depth) settled = false;
      if (!settled) return found.push(whole);
      const middle = whole.low + (whole.high - whole.low) / 2;
      accept(over(fine, whole.low, middle), depth - 1);
      return accept(over(fine, middle, whole.high), depth - 1);
    };
    first.forEach((whole) => accept(whole, DEEPEST));
    const [mean, second, slopeMean, slopeSecond] = [0, 1, 2, 3].map((k) =>
      found.reduce((total, { sums }) => total + sums[k], 0),
    );
    // About the mean: E f^2 - (E f)^2 would cancel where f hardly moves.
    let variance = 0;
    for (const { terms } of found)
      for (let k = 0; k < terms.length; k += 2) variance += terms[k] * (terms[k + 1] - mean) ** 2;
    return { mean, second, variance, slopeMean, slopeSecond, settled };
  };

  // Weights N(0, gain^2/n) that keep the mean square of signals, or of gradients, at N(0, length).
  const gains = (unit, p, length) => {
    const at = moments(unit, p, 0, length);
    return {
      forward: Math.sqrt(length / at.second),
      backward: Math.sqrt(1 / at.slopeSecond),
      signal: at.second / length / at.slopeSecond,
      gradient: (at.slopeSecond * length) / at.second,
    };
  };

  // One end of the line: does f' vanish there, in the limit or from a threshold on?
  const saturation = (unit, p, side) => {
    const end = side === "left" ? -Infinity : Infinity;
    const slope = unit.slope(end, ...p);
    const flat = unit.flat[side];
    const breaks = unit.breaks(...p);
    const threshold = side === "left" ? breaks[0] : breaks[breaks.length - 1];
    const kind = slope !== 0 ? "none" : flat ? "hard" : "soft";
    // At slope 0 a hard end has one level; Infinity times 0 has none.
    const value = kind === "hard" ? unit.f(threshold + Math.sign(end), ...p) : unit.f(end, ...p);
    return { kind, slope, value, threshold };
  };

  const bisected = (gap, low, high) => {
    const sign = Math.sign(gap(low));
    for (let k = 0; k < 80; k++) {
      const middle = low + (high - low) / 2;
      if (Math.sign(gap(middle)) === sign) low = middle;
      else high = middle;
    }
    return low + (high - low) / 2;
  };

  // Points drawn in or driven away, by one step from either side.
  const behaviour = (f, at) => {
    const near = 1e-3;
    const closer = [-near, near].filter((h) => Math.abs(f(at + h) - at) < near);
    return ["repels", "attracts from one side", "attracts"][closer.length];
  };

  // x = f(x) for |x| < 30: whole pieces on which f is x, and changes of sign of f(x) - x elsewhere.
  const fixedPoints = (unit, p, far = 30) => {
    const f = (x) => unit.f(x, ...p);
    const gap = (x) => f(x) - x;
    const ends = [-Infinity, ...unit.breaks(...p), Infinity];
    const intervals = [];
    const stretches = [];
    for (let k = 0; k + 1 < ends.length; k++) {
      const [low, high] = [ends[k], ends[k + 1]];
      const probe = [Math.max(low, Math.min(high, 0) - 2), Math.min(high, Math.max(low, 0) + 2)];
      const inner = [0.25, 0.75].map((s) => probe[0] + s * (probe[1] - probe[0]));
      const still = unit.lines[k] && inner.every((x) => Math.abs(gap(x)) <= 4e-16 * Math.abs(x));
      const list = still ? intervals : stretches;
      const last = list[list.length - 1];
      if (last && last[1] === low) last[1] = high;
      else list.push([low, high]);
    }
    const isolated = [];
    for (const [low, high] of stretches) {
      const [from, to] = [Math.max(low, -far), Math.min(high, far)];
      // No grid point is 0 or another round number, and none is an end.
      const grid = Array.from({ length: 4000 }, (_, k) => from + ((k + 0.4142) / 4000) * (to - from));
      let before = null;
      for (const x of grid) {
        const here = gap(x);
        if (here === 0) continue;
        if (before && Math.sign(here) !== Math.sign(before[1])) {
          // Where f leaves the diagonal as slowly as tanh at 0, rounding hides the place.
          const at = before[0] < 0 && x > 0 && gap(0) === 0 ? 0 : bisected(gap, before[0], x);
          isolated.push({ x: at, behaviour: behaviour(f, at) });
        }
        before = [x, here];
      }
    }
    return { isolated, intervals };
  };

  // Mean squares of net inputs by layer: q -> w^2 E f(sqrt(q) z)^2 + b^2, from layer 1 on.
  const lengths = (unit, p, start, w, b, layers) => {
    const found = [start];
    const slopes = [];
    for (let layer = 0; layer < layers; layer++) {
      const q = found[layer];
      if (!(q > 1e-30 && q < 1e12)) break;
      const at = moments(unit, p, 0, q);
      slopes.push(w * w * at.slopeSecond);
      found.push(w * w * at.second + b * b);
    }
    return { found, slopes };
  };

  // Park and Miller's generator, so that everybody sees the same noise; normals by Box and Muller.
  const normals = (seed) => {
    let state = seed;
    const uniform = () => (state = (state * 16807) % 2147483647) / 2147483647;
    return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  };

  // A number as it is read: some significant digits, and no noise around 0.
  const show = (value, digits = 5) => {
    if (Number.isNaN(value)) return "none";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    if (Math.abs(value) < 1e-12) return "0";
    const short = Number(value.toPrecision(digits));
    const far = Math.abs(short) >= 1e6 || Math.abs(short) < 1e-4;
    const [number, power] = (far ? short.toExponential() : String(short)).split("e");
    const raised = power && [...String(Number(power))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("");
    return (number + (power ? `·10${raised}` : "")).replaceAll("-", "−");
  };

  actmath.numbers = { moments, gains, saturation, fixedPoints, lengths, normals, show };
})();
