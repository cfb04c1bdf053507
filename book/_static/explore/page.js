// Sliders, selections and handles of the explorers on a page; what they show is made elsewhere.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  document.documentElement.classList.add("ex-script");
  const { draw, explorers, numbers } = globalThis.actmath;
  // So long nothing moves before a screen reader is told, in milliseconds.
  const QUIET = 500;

  for (const root of document.querySelectorAll("[data-explorer]")) {
    const name = root.dataset.explorer;
    const explorer = explorers[name];
    const form = root.querySelector("form");
    const figures = [...root.querySelectorAll("figure")];
    let state = explorer.start();
    let seen = explorer.view(state);
    let waiting = 0;
    let asked = false;

    const say = (sentence) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => (root.querySelector(".ex-sentence output").textContent = sentence), QUIET);
    };

    const render = () => {
      asked = false;
      seen = explorer.view(state);
      seen.pictures.forEach(({ plot, handle, caption }, k) => {
        const drawing = figures[k].querySelector(".ex-drawing");
        drawing.innerHTML = plot.body();
        drawing.setAttribute("aria-label", plot.label);
        figures[k].querySelector("figcaption").textContent = caption;
        const knob = figures[k].querySelector(".ex-handle");
        if (!knob || !handle) return;
        knob.setAttribute("transform", draw.place(plot, handle.at));
        knob.setAttribute("aria-valuenow", handle.at[0]);
        knob.setAttribute("aria-valuetext", draw.words(handle));
      });
      root.querySelector(".ex-numbers").innerHTML = draw.table(seen.rows);
      say(seen.sentence);
    };

    // One drawing a frame, however fast the slider moves.
    const refresh = () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(render);
    };

    // A slider snaps to its steps: until it is moved its value is the exact one.
    const read = (input) => {
      if (input.tagName === "SELECT") return input.value;
      return Number(input.dataset.exact ?? input.value);
    };

    const collect = () => {
      for (const input of form.querySelectorAll("[name]")) state[input.name] = read(input);
    };

    // The list in use stays: who types a name in it goes on typing.
    const rebuild = () => {
      const list = [...form.querySelectorAll("select")].find((each) => each === document.activeElement);
      const used = list?.closest(".ex-control");
      if (list) list.value = state[list.name];
      for (const part of form.querySelectorAll(".ex-control")) if (part !== used) part.remove();
      const button = form.querySelector("[type=reset]");
      const fresh = document.createElement("template");
      fresh.innerHTML = draw.controls(explorer.controls(state), `ex-${name}`);
      let next = used ?? button;
      for (const part of [...fresh.content.children])
        if (list && part.querySelector(`#${list.id}`)) next = button;
        else form.insertBefore(part, next);
    };

    form.addEventListener("input", ({ target }) => {
      if (target.tagName === "SELECT") {
        state = explorer.chosen ? explorer.chosen(state, target.name, target.value) : { ...state, [target.name]: target.value };
        rebuild();
      } else {
        delete target.dataset.exact;
        target.nextElementSibling.textContent = numbers.show(Number(target.value), 4);
        collect();
      }
      refresh();
    });
    // Moves a slider from where it is, or from its beginning, to its end; another press, or a setting
    // changed meanwhile, stops it. Who prefers no motion goes a whole step of the way at once.
    let playing = 0;
    const rest = () => {
      cancelAnimationFrame(playing);
      playing = 0;
      for (const button of form.querySelectorAll("[data-play]")) button.textContent = "Play";
    };
    const play = (button) => {
      const input = form.elements[button.dataset.play];
      const [low, high] = [Number(input.min), Number(input.max)];
      const from = read(input) < high ? read(input) : low;
      const show = (value) => move([input.name], [value]);
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return show(read(input) < high ? Math.floor(from + 1) : low);
      button.textContent = "Stop";
      const began = performance.now();
      const step = (now) => {
        const value = from + Math.max(0, now - began) / (1000 * Number(button.dataset.seconds));
        show(value);
        if (value < high) playing = requestAnimationFrame(step);
        else rest();
      };
      playing = requestAnimationFrame(step);
    };
    form.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-play]");
      const moving = playing;
      if (button || target.type === "reset") rest();
      if (button && !moving) play(button);
    });
    form.addEventListener("input", rest);

    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      state = explorer.start();
      rebuild();
      refresh();
    });

    // A handle sets two sliders at once, which remain for whoever cannot drag.
    const move = (fields, values) => {
      fields.forEach((field, k) => {
        const input = form.elements[field];
        const [low, high] = [Number(input.min), Number(input.max)];
        input.value = Math.min(high, Math.max(low, values[k]));
        delete input.dataset.exact;
        input.nextElementSibling.textContent = numbers.show(Number(input.value), 4);
      });
      collect();
      refresh();
    };

    figures.forEach((figure, k) => {
      const svg = figure.querySelector("svg.ex-plot");
      const knob = figure.querySelector(".ex-handle");
      if (!knob) return;
      const values = (event) => {
        const { plot } = seen.pictures[k];
        const { x, y, left, top, inner } = plot.frame();
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        const [s, t] = [(point.x - left) / inner[0], 1 - (point.y - top) / inner[1]];
        return [x[0] + s * (x[1] - x[0]), y[0] + t * (y[1] - y[0])];
      };
      const drag = (event) => move(seen.pictures[k].handle.fields, values(event));
      knob.addEventListener("pointerdown", (event) => {
        knob.setPointerCapture(event.pointerId);
        knob.addEventListener("pointermove", drag);
      });
      for (const end of ["pointerup", "pointercancel"])
        knob.addEventListener(end, () => knob.removeEventListener("pointermove", drag));
      // A click elsewhere in the figure brings the handle there.
      svg.addEventListener("click", (event) => {
        if (!event.target.closest(".ex-handle")) drag(event);
      });
      knob.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
        if (!way) return;
        event.preventDefault();
        const { fields } = seen.pictures[k].handle;
        const size = event.shiftKey ? 10 : 1;
        // From the state: what is seen may be a frame behind.
        move(fields, fields.map((field, j) => state[field] + size * way[j] * Number(form.elements[field].step)));
      });
    });
  }
});
