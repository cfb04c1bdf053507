// Fold the plane: layer by layer x -> f(Rx - b), with the plane as a net of lines and three rings on it.
(() => {
  "use strict";
  const { draw, explorers, numbers } = actmath;
  const { show } = numbers;
  const LAYERS = 6;
  const RADII = [0.5, 1, 1.5];
  const INKS = ["blue", "green", "purple"];
  const POINTS = 80;
  // Half the side of the pictures, and of the net of lines.
  const REACH = 2.4;
  const SIDE = 2;
  const LINES = 17;
  // Images nearer than this are one: rounding parts what f has made equal by some 1e-15.
  const SAME = 1e-12;
  // Squares along a side in which a crease is looked for.
  const MESH = 60;
  const units = () => actmath.formulas.units;

  const parameters = (state) => units()[state.unit].parameters;
  const values = (state) => parameters(state).map((_, k) => state[`p${k}`]);
  const chosen = (state, _name, unit) => ({
    ...state,
    unit,
    ...Object.fromEntries(units()[unit].parameters.map(({ value }, k) => [`p${k}`, value])),
  });
  const start = () => chosen({ turn: 35, push: 0.35, passed: 3 }, "unit", "abs");

  const controls = (state) => [
    {
      name: "unit",
      label: "unit",
      value: state.unit,
      options: Object.entries(units()).map(([name, { title }]) => [name, title]),
    },
    ...parameters(state).map((parameter, k) => ({
      ...parameter,
      name: `p${k}`,
      label: `${parameter.letter}, ${parameter.meaning}`,
      value: state[`p${k}`],
    })),
    { name: "turn", label: "turn of each layer, in degrees", min: -180, max: 180, step: 1, value: state.turn },
    { name: "push", label: "shift of each layer", min: -1, max: 1, step: 0.01, value: state.push },
    { name: "passed", label: "layers passed", min: 0, max: LAYERS, step: 0.02, value: state.passed, play: 1.5 },
  ];

  // One layer, whole and in the middle of its motion: it turns and shifts first, then each coordinate goes
  // straight to its image.
  const layer = (state) => {
    const { f, slope, breaks } = units()[state.unit];
    const p = values(state);
    const angle = (state.turn * Math.PI) / 180;
    const moved = (share) => {
      const [c, s, push] = [Math.cos(share * angle), Math.sin(share * angle), share * state.push];
      return ([a, b]) => [c * a - s * b - push, s * a + c * b - push];
    };
    const net = moved(1);
    const early = moved(Math.min(1, 2 * (state.passed % 1)));
    const whole = (point) => net(point).map((z) => f(z, ...p));
    const part = (point, share) => {
      if (share <= 0.5) return early(point);
      return net(point).map((z) => z + (2 * share - 1) * (f(z, ...p) - z));
    };
    return { net, whole, part, slope: (z) => slope(z, ...p), kinks: breaks(...p) };
  };

  // Where a point is after so many layers, whole ones and a part of the next.
  const carried = ({ whole, part }, point, passed) => {
    let at = point;
    for (let k = 0; k < Math.floor(passed); k++) at = whole(at);
    return passed % 1 ? part(at, passed % 1) : at;
  };

  const ring = (radius) =>
    Array.from({ length: POINTS }, (_, k) => {
      const angle = (2 * Math.PI * (k + 0.5)) / POINTS;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
  const cloud = () => RADII.flatMap(ring);

  // Points after each of some layers, and the shares whose image no other point has.
  const stages = (state, layers) => {
    const one = layer(state);
    const found = [cloud()];
    for (let k = 0; k < layers; k++) found.push(found[k].map(one.whole));
    return found;
  };
  const alone = (points) => {
    const counts = new Map();
    const cells = points.map((point) => point.map((v) => Math.round(v / SAME) || 0).join());
    for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    return cells.map((cell) => counts.get(cell) === 1);
  };
  const share = (flags) => flags.filter(Boolean).length / flags.length;

  // The product of all slopes on the way: 0 where the plane is pressed flat, the area's factor elsewhere.
  const areaFactor = ({ net, whole, slope }, point, layers) => {
    let [at, factor] = [point, 1];
    for (let k = 0; k < layers; k++) {
      for (const z of net(at)) factor *= slope(z);
      at = whole(at);
    }
    return factor;
  };

  // Where the net inputs of a layer meet a kink, drawn on the plane before all layers: pieces of straight
  // lines, one across each square of a mesh at whose corners the sign of the distance changes.
  const at = (k) => -REACH + (2 * REACH * k) / MESH;
  const mesh = () => Array.from({ length: MESH + 1 }, (_, i) => Array.from({ length: MESH + 1 }, (_, j) => [at(i), at(j)]));
  const onAll = (rows, move) => rows.map((row) => row.map(move));
  const creases = (one, images) => {
    const rows = onAll(images, one.net);
    const pieces = [];
    for (const kink of one.kinks)
      for (const side of [0, 1])
        for (let i = 0; i < MESH; i++)
          for (let j = 0; j < MESH; j++) {
            const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
            const gaps = corners.map(([a, b]) => rows[a][b][side] - kink);
            if (gaps.every((gap) => gap >= 0) || gaps.every((gap) => gap < 0)) continue;
            const ends = corners.flatMap(([a, b], k) => {
              const [c, d] = corners[(k + 1) % 4];
              const [g, h] = [gaps[k], gaps[(k + 1) % 4]];
              if (g < 0 === h < 0) return [];
              const t = g / (g - h);
              return [[at(a + t * (c - a)), at(b + t * (d - b))]];
            });
            if (ends.length === 2) pieces.push(...ends, [NaN, NaN]);
          }
    return pieces;
  };

  const plane = (label, xlabel) =>
    new draw.Plot({ label, x: [-REACH, REACH], y: [-REACH, REACH], xlabel, ylabel: "second coordinate", width: 340, height: 336 });

  const between = (k, count) => -SIDE + (2 * SIDE * k) / count;
  // A line that nothing has bent needs two points.
  const drawNet = (plot, move, steps = 64) => {
    for (let k = 0; k < LINES; k++)
      for (const flip of [false, true]) {
        const points = Array.from({ length: steps + 1 }, (_, j) => [between(k, LINES - 1), between(j, steps)]);
        plot.line(points.map(([a, b]) => move(flip ? [b, a] : [a, b])), "muted", 'style="stroke-width:0.6"');
      }
  };
  const drawRings = (plot, move) =>
    RADII.forEach((radius, k) => {
      const points = ring(radius).map(move);
      plot.line([...points, points[0]], INKS[k], 'style="stroke-width:0.9"');
      plot.dots(points, INKS[k]);
    });

  const percent = (value) => `${show(100 * value, 3)} %`;
  const counted = (layers) => `${layers} ${layers === 1 ? "layer" : "layers"}`;

  const view = (state) => {
    const layers = Math.floor(state.passed + 1e-9);
    const one = layer(state);
    const { title } = units()[state.unit];
    const found = stages(state, layers);
    const flags = found.map(alone);
    const last = flags[layers];
    const flat = share(found[0].map((point) => areaFactor(one, point, layers) === 0));

    const before = plane(`The plane before ${counted(layers)} of ${title}, with the lines along which they fold it`, "first coordinate");
    drawNet(before, (point) => point, 1);
    let images = mesh();
    for (let k = 0; k < layers && one.kinks.length; k++) {
      before.line(creases(one, images), "ink", `style="stroke-width:${show(2 - 0.25 * k, 3)}"`);
      images = onAll(images, one.whole);
    }
    drawRings(before, (point) => point);
    found[0].forEach(([a, b], k) => last[k] || before.ring(a, b, "vermillion", 3));

    const after = plane(`The same plane after ${show(state.passed, 3)} layers of ${title}: ${percent(share(last))} of the points can still be told apart`, "first coordinate");
    drawNet(after, (point) => carried(one, point, state.passed));
    drawRings(after, (point) => carried(one, point, state.passed));

    const spread = Math.sqrt(found[layers].reduce((sum, [a, b]) => sum + a * a + b * b, 0) / found[layers].length);
    return {
      pictures: [
        { plot: before, caption: "Before: the plane as a net, three rings, and where the layers fold it, thinner from layer to layer. Red circles: points that end on one another." },
        { plot: after, caption: "After: where the layers passed so far have put it all." },
      ],
      rows: [
        ["layers passed", show(state.passed, 3)],
        ["points still told apart, by layer", flags.slice(1).map((row) => percent(share(row))).join(", ") || "100 %"],
        ["points around which the plane is flat", percent(flat)],
        ["root mean square of their distance from 0", show(spread)],
        ["kinks of the unit", one.kinks.length ? one.kinks.map((at) => show(at)).join(", ") : "none: it bends and folds nothing"],
      ],
      sentence:
        `After ${counted(layers)} of ${title}, each turned by ${show(state.turn)}° and shifted by ${show(state.push)}, ${percent(share(last))} of the points can still be told apart, ` +
        `and around ${percent(flat)} of them the plane is pressed flat.`,
    };
  };

  explorers.fold = { title: "Fold the plane", start, controls, chosen, view, stages, alone, share, areaFactor, layer };
})();
