// Run here: Python in the page, for the cells that the build has found to run in it.
// Nothing is loaded before the reader asks; then classic scripts from beside the page, which work from a disk too.
(() => {
  "use strict";
  const own = document.currentScript;
  // By name: the compressed size, and the digest that a file loaded must bear.
  const files = JSON.parse(own.dataset.files);
  const info = JSON.parse(own.dataset.python);
  const base = new URL("runtime/", own.src).href;
  const served = location.protocol.startsWith("http");
  const PROGRAMS = ["pyodide.asm.wasm.xz", "pyodide.asm.js", "pyodide.js", "worker.js", "xz.js"];
  const SNAPSHOT = "snapshot.xz";
  const OUR_OWN = "actmath.tar.xz";
  const REST = ["stdlib.zip.xz", "packages.tar.xz"];
  const ARB = ["flint.tar.xz"];
  const LONGEST_OUTPUT = 200000;
  // A reader who saves data starts without the snapshot, which is larger and only quicker.
  const quick = SNAPSHOT in files && !navigator.connection?.saveData;
  const first = (snapshot) => [...PROGRAMS, ...(snapshot ? [SNAPSHOT] : REST), OUR_OWN];
  const megabytes = (names) => `${(names.reduce((sum, name) => sum + files[name].size, 0) / 1e6).toFixed(1)} MB`;

  const SIZE = megabytes(first(quick)) + (own.dataset.arb ? `, ${megabytes(ARB)} more for balls` : "");

  // Where the book is served, a file's address names its version: a cache may keep it for ever.
  const script = (name) => new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = `${base}${name}${served && files[name.slice(0, -3)] ? `?${files[name.slice(0, -3)].digest}` : ""}`;
    tag.onload = () => { tag.remove(); resolve(); };
    tag.onerror = () => { tag.remove(); reject(new Error(`${name} cannot be loaded.`)); };
    document.head.append(tag);
  });

  // A file as it was packed: base64 in a script; what ends in .xz the worker decompresses.
  async function fetched(name) {
    await script(`${name}.js`);
    const [digest, text] = self.actmathRuntime[name];
    delete self.actmathRuntime[name];
    if (digest !== files[name].digest) throw new Error(`${name}.js belongs to another version of the book: load the page anew.`);
    let answer = await fetch(`data:application/octet-stream;base64,${text}`);
    if (!name.endsWith(".xz")) answer = new Response(answer.body.pipeThrough(new DecompressionStream("gzip")));
    return answer.arrayBuffer();
  }

  // Over http a service worker keeps what was loaded; a browser without one loads it as any other file.
  const KEPT_WITHIN = 3000;
  async function keepFiles() {
    if (!served || !navigator.serviceWorker) return;
    const ready = async () => {
      await navigator.serviceWorker.register(new URL("../../run_here_cache.js", base));
      if (navigator.serviceWorker.controller) return;
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
    };
    const late = new Promise((resolve) => setTimeout(resolve, KEPT_WITHIN));
    await Promise.race([ready(), late]).catch(() => {});
  }

  // One Python for the page. What it loaded stays when its worker is stopped, so that the next one starts from memory.
  class Laboratory {
    files = {};
    worker = null;
    arb = false;
    whole = false;
    snapshot = quick;
    excuse = "";

    async load(names, tell) {
      let done = 0;
      const total = names.reduce((sum, name) => sum + files[name].size, 0);
      for (const name of names) {
        tell("Loading", done / total);
        this.files[name] ??= await fetched(name);
        done += files[name].size;
      }
      tell("Loading", 1);
      return Object.fromEntries(names.map((name) => [name, this.files[name]]));
    }

    // Sends a message and hands on what comes back until the worker is ready or done.
    ask(message, hear = () => {}) {
      const { worker } = this;
      return new Promise((resolve, reject) => {
        this.abandon = () => reject(new Error("stopped"));
        worker.onerror = (event) => reject(new Error(event.message || "The worker did not start."));
        worker.onmessage = ({ data }) => {
          if (data.failed) reject(new Error(data.failed));
          else if (data.ready || data.done) resolve(data);
          else hear(data);
        };
        worker.postMessage(message);
      });
    }

    async start(tell) {
      if (this.worker) return;
      await keepFiles();
      try {
        await this.boot(tell);
      } catch (error) {
        this.stop();
        if (!this.snapshot || error.message === "stopped") throw error;
        this.snapshot = false;
        this.excuse = `, without the snapshot, which did not start: ${error.message}`;
        await this.boot(tell);
      }
      this.whole = !this.snapshot;
      if (this.arb) await this.add(ARB, tell);
    }

    async boot(tell) {
      const boot = await this.load(first(this.snapshot), (word, share) => tell(word, 0.6 * share));
      const source = new Blob([this.files["worker.js"]], { type: "text/javascript" });
      const address = URL.createObjectURL(source);
      this.worker = new Worker(address);
      URL.revokeObjectURL(address);
      const steps = ["Python", "SymPy", "actmath"];
      tell("Starting Python", 0.6);
      await this.ask({ boot, info }, ({ step }) => tell(`Starting: ${step}`, 0.7 + 0.1 * steps.indexOf(step)));
    }

    async add(names, tell) {
      await this.ask({ add: await this.load(names, tell) });
    }

    stop() {
      this.worker?.terminate();
      this.worker = null;
      this.abandon?.();
    }

    async run(cells, index, tell, hear) {
      await this.start(tell);
      tell("Running");
      const answer = await this.ask({ run: { cells, index } }, hear);
      // What the cell imports is loaded, and the cell begins anew.
      if (answer.lacks === "the rest" && !this.whole) {
        await this.add(REST, tell);
        this.whole = true;
      } else if (answer.lacks === "flint" && !this.arb) {
        await this.add(ARB, tell);
        this.arb = true;
      } else return answer;
      hear({ kind: "anew" });
      return this.run(cells, index, tell, hear);
    }
  }

  const element = (tag, attributes, ...inside) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...inside);
    return made;
  };

  // Formulas in what a cell returns, as KaTeX draws them elsewhere on the page.
  const FORMULA = /\$\$([^]+?)\$\$|\\\[([^]+?)\\\]|\\\(([^]+?)\\\)|\$([^$\n]+?)\$/g;
  async function typeset(box) {
    if (!self.katex) await script("katex.js");
    const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("svg, style, script, pre, code")) texts.push(walk.currentNode);
    for (const node of texts) {
      const parts = [];
      let end = 0;
      for (const match of node.data.matchAll(FORMULA)) {
        const block = match[1] ?? match[2];
        const formula = element("span", { className: block ? "formula" : "math" });
        self.katex.render(block ?? match[3] ?? match[4], formula, { displayMode: Boolean(block), throwOnError: false, strict: false });
        parts.push(node.data.slice(end, match.index), formula);
        end = match.index + match[0].length;
      }
      if (end) node.replaceWith(...parts, node.data.slice(end));
    }
  }

  const laboratory = new Laboratory();
  const boxes = [];
  let busy = null;

  // A cell of the page: its code, and below it the buttons and what Python answers.
  class Box {
    constructor(cell, number) {
      this.shown = cell.querySelector(".cell_input");
      this.original = this.shown.querySelector("pre").textContent.replace(/\n$/, "");
      this.number = number;
      this.cell = cell;
    }

    get code() { return this.editor?.value ?? this.original; }

    offer() {
      this.size = element("span", { className: "run-here-size", textContent: `(loads ${SIZE}, once)` });
      this.play = element("button", { type: "button", textContent: "Run here", onclick: () => this.run() });
      this.halt = element("button", { type: "button", textContent: "Stop", hidden: true, onclick: () => laboratory.stop() });
      this.reset = element("button", { type: "button", textContent: "Original code", hidden: true, onclick: () => this.restore() });
      this.status = element("span", { className: "run-here-status" });
      this.status.setAttribute("role", "status");
      this.bar = element("progress", { max: 1, hidden: true });
      this.bar.setAttribute("aria-label", "Loading Python");
      this.output = element("div", { className: "run-here-output cell_output", hidden: true });
      this.output.setAttribute("role", "region");
      this.output.setAttribute("aria-label", `Your result of cell ${this.number}`);
      const line = element("div", { className: "run-here-line" }, this.play, this.size, this.halt, this.reset, this.bar, this.status);
      this.cell.append(element("div", { className: "run-here" }, line, this.output));
    }

    edit() {
      if (this.editor) return;
      this.editor = element("textarea", { className: "run-here-code", value: this.original, spellcheck: false, autocapitalize: "off" });
      this.editor.setAttribute("aria-label", `Code of cell ${this.number}; Shift+Enter runs it`);
      this.editor.onkeydown = (event) => {
        if (event.key === "Enter" && (event.shiftKey || event.ctrlKey)) { event.preventDefault(); this.run(); }
      };
      this.editor.oninput = () => this.resize();
      this.shown.querySelector(".highlight, pre").hidden = true;
      this.shown.closest("details")?.setAttribute("open", "");
      this.shown.append(this.editor);
      this.resize();
      this.play.textContent = "Run";
      this.shown.querySelector(".copybtn")?.remove();
    }

    resize() {
      this.editor.rows = this.code.split("\n").length + 1;
      this.reset.hidden = this.code === this.original;
    }

    restore() {
      this.editor.value = this.original;
      this.resize();
      this.editor.focus();
    }

    tell(word, share) {
      const loading = share !== undefined;
      this.bar.hidden = !loading;
      if (loading) this.bar.value = share;
      if (this.status.textContent !== word) this.status.textContent = word;
    }

    hear({ kind, text }) {
      if (kind === "anew") { this.clear(); return; }
      if (kind === "above") { this.above = Number(text); return; }
      this.output.hidden = false;
      if (kind === "text" || kind === "error") { this.write(text, kind); return; }
      const box = element("div", { className: `output text_${kind}` });
      if (kind === "html") box.innerHTML = text;
      else box.textContent = `$$${text.replace(/^\$+(\\displaystyle)?|\$+$/g, "")}$$`;
      this.output.append(box);
      this.drawn = typeset(box).catch(() => {});
    }

    write(text, kind) {
      let last = this.output.lastElementChild;
      if (!last?.matches(`pre.${kind}`)) {
        last = element("pre", { className: kind });
        this.output.append(last);
      }
      const room = LONGEST_OUTPUT - last.textContent.length;
      if (room > 0) last.append(text.slice(0, room) + (text.length > room ? "\n… the rest is left out." : ""));
    }

    clear() {
      this.output.replaceChildren();
      this.output.hidden = true;
    }

    async run() {
      if (busy) {
        this.tell(busy === this ? "It is running." : "Another cell is running: wait, or stop it.");
        return;
      }
      busy = this;
      this.edit();
      this.clear();
      // In place of what was said of the last run.
      this.tell("Starting");
      this.halt.hidden = false;
      try {
        const cells = boxes.map((box) => box.code);
        const answer = await laboratory.run(cells, boxes.indexOf(this), (...word) => this.tell(...word), (heard) => this.hear(heard));
        await this.drawn;
        for (const box of boxes) box.size?.remove();
        const failed = this.output.querySelector("pre.error");
        const first = this.above ? `, after ${this.above} ${this.above === 1 ? "line" : "lines"} of the cells above that it needs` : "";
        this.tell(failed ? "An error, see below." : `Done in ${answer.seconds.toFixed(answer.seconds < 10 ? 2 : 0)} s${first}${laboratory.excuse}.`);
        laboratory.excuse = "";
      } catch (error) {
        if (error.message === "stopped") this.tell("Stopped.");
        else {
          laboratory.stop();
          this.hear({ kind: "error", text: error.message });
          this.tell("Python did not start, see below.");
        }
      }
      busy = null;
      if (this.halt === document.activeElement) this.play.focus();
      this.halt.hidden = true;
    }
  }

  const WORDS = { numpy: "NumPy", scipy: "SciPy", torch: "PyTorch", matplotlib: "Matplotlib", long: "minutes in a browser" };

  // Said once, below the first cell without a button: what such cells lack here, and where they run.
  function elsewhere(cells) {
    const lacks = cells.flatMap((cell) => [...cell.classList].filter((name) => name.startsWith("lacks-")));
    const words = [...new Set(lacks)].map((name) => WORDS[name.slice(6)]).filter(Boolean).sort();
    const needs = words.length ? `, which need ${words.join(", ").replace(/, ([^,]*)$/, " or $1")},` : "";
    const which = own.dataset.some ? "Cells without a button" : "The cells of this page";
    const line = element("p", { className: "run-elsewhere" }, `${which}${needs} run in the `);
    const places = [["notebook", 'a[href*="_sources/"][href$=".ipynb"]'], ["Binder", 'a[href*="mybinder.org"]'], ["Colab", 'a[href*="colab."]']];
    const links = places.map(([name, where]) => [name, document.querySelector(where)]).filter(([, link]) => link);
    links.forEach(([name, { href }], at) => line.append(at ? " or on " : "", element("a", { href, textContent: name })));
    line.append(links.length > 1 ? "." : " on your own machine.");
    if (links.length) cells[0].append(line);
  }

  document.querySelectorAll(".cell").forEach((cell) => {
    if (!cell.querySelector(".cell_input pre")) return;
    boxes.push(new Box(cell, boxes.length + 1));
    if (cell.classList.contains("runs-here")) boxes.at(-1).offer();
  });
  const others = boxes.map(({ cell }) => cell).filter((cell) => !cell.classList.contains("runs-here"));
  if (others.length) elsewhere(others);
})();
