// What the explorers compute from generated formulas: Gaussian moments, fixed points, iterations.
// No formula of a unit stands here; actmath.formulas, which the build writes, holds them.
(() => {
  "use strict";
  globalThis.actmath ??= {};

  // In standard deviations: e^{-50} is beyond every digit. The panels are narrow where the mass is.
  const PANELS = [-10, -6, -4, -2.5, -1.25, 0, 1.25, 2.5, 4, 6, 10];
  // Where f grows like an exponential its mass is farther out: e^{-684} is still a number.
  const FARTHER = [16, 24, 37];
  // A panel is halved until a coarser rule changes no sum by more than this share of the whole.
  const CLOSE = 1e-14;
  const DEEPEST = 24;
  // Fast waves far out would take more panels than anybody waits for.
  const MOST_PANELS = 8000;

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
    const between = (panels) => {
      const places = panels.map((k) => mu + k * deviation);
      const inside = [0, ...unit.breaks(...p)].filter((at) => places[0] < at && at < places[places.length - 1]);
      const ends = increasing([...places, ...inside]);
      return ends.slice(1).map((end, k) => over(fine, ends[k], end));
    };
    // f and f' may change their signs: their squares bound them.
    const sizes = (panels) => {
      const scale = [0, 1, 2, 3].map((k) => panels.reduce((total, { sums }) => total + Math.abs(sums[k]), 0));
      return [Math.max(scale[0], Math.sqrt(scale[1])), scale[1], Math.max(scale[2], Math.sqrt(scale[3])), scale[3]];
    };
    const still = (z) => {
      const terms = [f(z), f(z) ** 2, slope(z), slope(z) ** 2];
      return terms.every((v, k) => deviation * density(z) * Math.abs(v) <= close * scale[k]);
    };
    let panels = [...PANELS];
    let first = between(panels);
    let scale = sizes(first);
    const ended = () => still(first[0].low) && still(first[first.length - 1].high);
    for (const far of FARTHER) {
      if (ended()) break;
      panels = [-far, ...panels, far];
      first = between(panels);
      scale = sizes(first);
    }
    const found = [];
    let settled = ended();
    const accept = (whole, depth) => {
      const other = over(coarse, whole.low, whole.high).sums;
      if (whole.sums.every((v, k) => Math.abs(v - other[k]) <= close * scale[k])) return found.push(whole);
      if (!depth || found.length > MOST_PANELS) settled = false;
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

  // Radians of the fastest wave of a unit in one unit of x; 0 where there is none.
  const radians = (unit, p) => Math.max(0, ...unit.paces(...p));

  // Points drawn in or driven away, by one step from either side.
  const behaviour = (f, at) => {
    const near = 1e-3;
    const closer = [-near, near].filter((h) => Math.abs(f(at + h) - at) < near);
    return ["repels", "attracts from one side", "attracts"][closer.length];
  };

  // What is 0 but for rounding, and what is not, of f(x) - x beside 1 + |x|.
  const ZERO = 1e-12;
  const NO_ZERO = 1e-8;

  // x = f(x) for |x| < 30: whole pieces on which f is x; elsewhere changes of sign of f(x) - x, and
  // places where it turns at 0.
  const fixedPoints = (unit, p, far = 30) => {
    const f = (x) => unit.f(x, ...p);
    const gap = (x) => f(x) - x;
    const turn = (x) => unit.slope(x, ...p) - 1;
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
      // No grid point is 0 or another round number, and none is an end; sixteen are on a wave.
      const count = Math.max(4000, Math.ceil(((to - from) * radians(unit, p) * 8) / Math.PI));
      const grid = Array.from({ length: count }, (_, k) => from + ((k + 0.4142) / count) * (to - from));
      let before = null;
      for (const x of grid) {
        const here = gap(x);
        if (here === 0) continue;
        if (before && Math.sign(here) !== Math.sign(before[1])) {
          // Where f leaves the diagonal as slowly as tanh at 0, rounding hides the place.
          const at = before[0] < 0 && x > 0 && gap(0) === 0 ? 0 : bisected(gap, before[0], x);
          // A jump over the diagonal is no fixed point.
          if (Math.abs(gap(at)) <= NO_ZERO * (1 + Math.abs(at))) isolated.push({ x: at, behaviour: behaviour(f, at) });
        } else if (before && Math.sign(turn(x)) !== Math.sign(turn(before[0]))) {
          const at = bisected(turn, before[0], x);
          const beside = Math.max(Math.abs(here), Math.abs(before[1]));
          // Far out f may be x but for rounding on both sides.
          if (Math.abs(gap(at)) <= ZERO * (1 + Math.abs(at)) && beside > NO_ZERO) isolated.push({ x: at, behaviour: behaviour(f, at) });
        }
        before = [x, here];
      }
    }
    return { isolated, intervals };
  };

  // Mean squares of net inputs by layer: q -> w^2 E f(sqrt(q) z)^2 + b^2, from layer 1 on, as far as
  // they can be computed.
  const lengths = (unit, p, start, w, b, layers) => {
    const found = [start];
    const slopes = [];
    let settled = true;
    let at = null;
    for (let layer = 0; layer < layers; layer++) {
      const q = found[layer];
      if (!(q > 1e-30 && q < 1e12)) break;
      if (!layer || q !== found[layer - 1]) at = moments(unit, p, 0, q);
      // What overflows has grown beyond every bound.
      settled = at.settled || at.second >= 1e12;
      if (!settled) break;
      slopes.push(w * w * at.slopeSecond);
      found.push(w * w * at.second + b * b);
    }
    return { found, slopes, settled };
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

  actmath.numbers = { moments, gains, saturation, fixedPoints, lengths, normals, radians, show };
})();
