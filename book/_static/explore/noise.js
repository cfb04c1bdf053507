// Noise: a loss and its smoothing, and descent with noise that stays or is turned down.
(() => {
  "use strict";
  const { draw, explorers, numbers } = actmath;
  const { normals, show } = numbers;
  const RUNS = 40;
  const RATE = 0.05;
  // The level falls after so many steps, as in the chapter on annealing.
  const EVERY = 20;
  const losses = () => actmath.formulas.losses;

  const start = () => ({ loss: "picture", schedule: "falling", level: 2, steps: 1000, seed: 1 });
  const controls = (state) => [
    {
      name: "loss",
      label: "loss",
      value: state.loss,
      options: Object.keys(losses()).map((name) => [name, name]),
    },
    {
      name: "schedule",
      label: "the noise",
      value: state.schedule,
      options: [["falling", "is turned down"], ["fixed", "stays"]],
    },
    { name: "level", label: "s, its deviation at first", min: 0, max: 4, step: 0.05, value: state.level },
    { name: "steps", label: "steps of descent", min: 50, max: 2000, step: 50, value: state.steps },
    { name: "seed", label: "another draw of the noise", min: 1, max: 20, step: 1, value: state.seed },
  ];

  const levelAt = ({ schedule, level }, step) =>
    schedule === "fixed" ? level : level / Math.sqrt(Math.floor(step / EVERY) + 1);

  const grid = ({ low, high }, count) => Array.from({ length: count }, (_, k) => low + ((k + 0.5) / count) * (high - low));

  // Where the slope passes 0 upwards, and the lowest of these places.
  const minima = (f, slope, box) => {
    const points = grid(box, 2000);
    const found = [];
    points.slice(1).forEach((b, k) => {
      let [a, c] = [points[k], b];
      if (!(slope(a) < 0 && slope(c) >= 0)) return;
      for (let j = 0; j < 60; j++) {
        const middle = (a + c) / 2;
        if (slope(middle) < 0) a = middle;
        else c = middle;
      }
      found.push(c);
    });
    return { found, lowest: found.reduce((best, w) => (f(w) < f(best) ? w : best), found[0]) };
  };

  // The smoothed loss; at level 0 it is the loss itself.
  const smoothed = (loss, s) => (s > 0 ? (w) => loss.smoothed(w, s)[0] : (w) => loss.value(w)[0]);
  const smoothedSlope = (loss, s) => (s > 0 ? (w) => loss.smoothedSlope(w, s)[0] : (w) => loss.slope(w)[0]);

  // w <- w - rate L'(w + s xi), from starts that are spread evenly.
  const descend = (loss, state) => {
    const normal = normals(state.seed * 7919);
    let at = grid(loss, RUNS);
    const stride = Math.max(1, Math.floor(state.steps / 100));
    const paths = at.map((w) => [[0, w]]);
    for (let step = 0; step < state.steps; step++) {
      const s = levelAt(state, step);
      at = at.map((w) => w - RATE * loss.slope(s > 0 ? w + s * normal() : w)[0]);
      if ((step + 1) % stride === 0) at.forEach((w, k) => paths[k].push([step + 1, w]));
    }
    return { ends: at, paths };
  };

  const view = (state) => {
    const loss = losses()[state.loss];
    const value = (w) => loss.value(w)[0];
    const best = minima(value, (w) => loss.slope(w)[0], loss);
    const { ends, paths } = descend(loss, state);
    const solved = ends.map((w) => value(w) - value(best.lowest) < actmath.formulas.tolerance);
    const count = solved.filter(Boolean).length;
    const blurred = smoothed(loss, state.level);
    const soft = minima(blurred, smoothedSlope(loss, state.level), loss);
    const heights = grid(loss, 200).flatMap((w) => [value(w), blurred(w)]);
    const [bottom, top] = [Math.min(...heights), Math.max(...heights)];
    const pad = 0.08 * (top - bottom);
    const plot = new draw.Plot({
      label: `The loss ${state.loss}, smoothed by noise of deviation ${show(state.level)} (dashed), and where ${RUNS} runs end: ${count} near the least loss`,
      x: [loss.low, loss.high],
      y: [bottom - pad, top + pad],
      xlabel: "weight w",
      ylabel: "loss, and smoothed loss (dashed)",
      height: 280,
    });
    plot.curve(blurred, "purple", 'stroke-dasharray="6 3"').curve(value, "ink");
    ends.forEach((w, k) => (solved[k] ? plot.dot(w, value(w), "blue", 3.4) : plot.ring(w, value(w), "vermillion", 4)));
    const travel = new draw.Plot({
      label: `The weight of ${RUNS} runs over ${state.steps} steps`,
      x: [0, state.steps],
      y: [loss.low - 1, loss.high + 1],
      xlabel: "step",
      ylabel: "weight w: solid if it ends near the least loss",
      height: 280,
    });
    paths.forEach((path, k) => travel.line(path, solved[k] ? "blue" : "vermillion", `stroke-width="0.8" style="stroke-width:0.8"${solved[k] ? "" : ' stroke-dasharray="2 2"'}`));
    const last = levelAt(state, state.steps - 1);
    const named = state.schedule === "fixed" ? `noise that stays at ${show(state.level)}` : `noise turned down from ${show(state.level)} to ${show(last, 2)}`;
    return {
      pictures: [
        { plot, caption: "The loss and, dashed, what noise of that deviation makes of it. Dots: runs that end near the least loss; rings: others." },
        { plot: travel, caption: `${RUNS} runs from starts that are spread evenly. Noise that is turned down has deviation s/√(t + 1) after t times ${EVERY} steps.` },
      ],
      rows: [
        ["runs that end near the least loss", `${count} of ${RUNS}`],
        ["least loss", `${show(value(best.lowest))} at w = ${show(best.lowest)}`],
        ["minima of the loss", String(best.found.length)],
        ["minima of the smoothed loss", String(soft.found.length)],
        ["the lowest of the smoothed loss", soft.found.length ? `at w = ${show(soft.lowest)}` : "none inside"],
        ["deviation of the noise in the end", show(last)],
      ],
      sentence: `${state.loss}, ${named}: ${count} of ${RUNS} runs end near the least loss; the smoothed loss has ${soft.found.length} ${soft.found.length === 1 ? "minimum" : "minima"}.`,
    };
  };

  explorers.noise = { title: "Noise", start, controls, view, descend, minima, levelAt };
})();
