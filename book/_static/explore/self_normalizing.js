// Make it self-normalizing: for a target, the alpha and lambda that make it a fixed point of ELU's map.
(() => {
  "use strict";
  const { draw, explorers } = actmath;
  const { show } = actmath.numbers;
  const X = [-1.2, 1.2];
  const Y = [0, 3];

  const start = () => ({ mu: 0, nu: 1, omega: 0, tau: 1 });
  const controls = (state) => [
    { name: "mu", label: "target mean μ", min: -1.2, max: 1.2, step: 0.01, value: state.mu },
    { name: "nu", label: "target variance ν", min: 0.05, max: 3, step: 0.01, value: state.nu },
    { name: "omega", label: "ω, sum of a unit's weights", min: -1, max: 1, step: 0.01, value: state.omega },
    { name: "tau", label: "τ, sum of their squares", min: 0.5, max: 1.5, step: 0.01, value: state.tau },
  ];

  // Real roots of c2 s^2 + c1 s + c0; the one that does not cancel first, the other by Vieta.
  const roots = ([c2, c1, c0]) => {
    if (c2 === 0) return c1 === 0 ? [] : [-c0 / c1];
    const discriminant = c1 * c1 - 4 * c2 * c0;
    if (discriminant < 0) return [];
    const q = -(c1 + (c1 < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
    return q === 0 ? [0] : [q / c2, c0 / q];
  };

  // Pairs (alpha, lambda) with alpha > 0 and lambda > 0, and how the map moves points near the target.
  const solutions = ({ mu, nu, omega, tau }) => {
    const { equations, jacobian } = actmath.formulas;
    const [a0, a1, b0, b1, b2, c2, c1, c0] = equations(mu, nu, omega, tau);
    const shapes = mu === 0 ? (a1 === 0 ? [] : [-a0 / a1]) : roots([c2, c1, c0]);
    const found = shapes.map((alpha) => {
      const second = b0 + alpha * (b1 + alpha * b2);
      // From the second moment the scale is never 0/0; its sign is that of mu/E f.
      const lam = Math.sqrt((mu * mu + nu) / second) * (mu * (a0 + a1 * alpha) < 0 ? -1 : 1);
      const [a, b, c, d] = jacobian(mu, nu, omega, tau, alpha, lam);
      const half = (a + d) / 2;
      const inner = half * half - (a * d - b * c);
      const radius = inner < 0 ? Math.sqrt(a * d - b * c) : Math.abs(half) + Math.sqrt(inner);
      return { alpha, lam, radius, admissible: alpha > 0 && lam > 0 };
    });
    return found.sort((one, other) => one.radius - other.radius);
  };

  const best = (state) => solutions(state).find(({ admissible }) => admissible);

  const plane = (state) => {
    const plot = new draw.Plot({
      label: `Targets for omega ${show(state.omega, 3)} and tau ${show(state.tau, 3)}: a dot where a solution attracts, a ring where there is one that does not, nothing where there is none; the target is at mean ${show(state.mu, 3)}, variance ${show(state.nu, 3)}`,
      x: X,
      y: Y,
      xlabel: "target mean μ",
      ylabel: "target variance ν",
      height: 320,
    });
    for (let i = 0; i < 23; i++)
      for (let j = 0; j < 20; j++) {
        const mu = (i - 11) / 10;
        const nu = 0.075 + j * 0.15;
        const found = best({ ...state, mu, nu });
        if (found && found.radius < 1) plot.dot(mu, nu, "blue", 2.6);
        else if (found) plot.ring(mu, nu, "vermillion", 2.6);
      }
    return plot;
  };

  const graph = (found) => {
    const { f, selu } = actmath.formulas;
    const plot = new draw.Plot({
      label: found
        ? `The unit for alpha ${show(found.alpha)} and lambda ${show(found.lam)}, and SELU beside it, dashed`
        : "SELU alone, dashed: there is no unit for this target",
      x: [-4, 4],
      y: [-4, 5],
      xlabel: "x",
      ylabel: "λ·ELU(x; α), and SELU (dashed)",
      height: 320,
    });
    plot.curve((x) => selu.lam * f(x, selu.alpha), "muted", 'stroke-dasharray="6 3"');
    if (found) plot.curve((x) => found.lam * f(x, found.alpha), "blue");
    return plot;
  };

  const sentence = (state, found) => {
    const target = `Target mean ${show(state.mu, 3)}, variance ${show(state.nu, 3)}, with ω = ${show(state.omega, 3)} and τ = ${show(state.tau, 3)}`;
    if (!found) return `${target}: no α > 0 with a λ > 0 makes it a fixed point.`;
    return `${target}: α = ${show(found.alpha, 8)}, λ = ${show(found.lam, 8)}; it ${found.radius < 1 ? "attracts" : "does not attract"}.`;
  };

  const view = (state) => {
    const all = solutions(state);
    const found = all.find(({ admissible }) => admissible);
    const none = "there is none";
    const [a0, a1, b0, b1, b2] = actmath.formulas.equations(state.mu, state.nu, state.omega, state.tau);
    const mean = found && found.lam * (a0 + a1 * found.alpha);
    const power = found && found.lam ** 2 * (b0 + found.alpha * (b1 + found.alpha * b2));
    const refused = all.filter(({ admissible }) => !admissible);
    return {
      pictures: [
        {
          plot: plane(state),
          handle: { label: "target: mean and variance", names: ["mean", "variance"], fields: ["mu", "nu"], at: [state.mu, state.nu] },
          caption: "Targets for these weights: a blue dot where a solution attracts, a vermillion ring where there is one that does not, nothing where there is none. Drag the target.",
        },
        { plot: graph(found), caption: "The unit that the target asks for, and SELU (dashed)." },
      ],
      rows: [
        ["α", found ? show(found.alpha, 12) : none],
        ["λ", found ? show(found.lam, 12) : none],
        ["spectral radius at the target", found ? `${show(found.radius)}: ${found.radius < 1 ? "attracts" : "does not attract"}` : none],
        ["put in: mean of the outputs", found ? show(mean, 8) : none],
        ["put in: their variance", found ? show(power - mean * mean, 8) : none],
        ["solutions", `${all.length}, of which ${all.length - refused.length} with α > 0 and λ > 0`],
        ["left out", refused.map(({ alpha, lam }) => `α = ${show(alpha)}, λ = ${show(lam)}`).join("; ") || "nothing"],
      ],
      sentence: sentence(state, found),
    };
  };

  explorers.self_normalizing = { title: "Make it self-normalizing", start, controls, view, solutions };
})();
