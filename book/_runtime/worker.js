// The worker that holds Python. It is a classic script from a blob: modules do not load from a disk.
"use strict";
let python, session;

const nowhere = "https://pyodide.invalid/";

async function boot(files) {
  const text = (bytes) => new TextDecoder().decode(bytes);
  const fetchElsewhere = self.fetch.bind(self);
  self.fetch = (address, ...rest) => String(address.url ?? address).endsWith("pyodide.asm.wasm")
    ? Promise.resolve(new Response(files["pyodide.asm.wasm"], { headers: { "content-type": "application/wasm" } }))
    : fetchElsewhere(address, ...rest);
  // Pyodide calls this to learn whether the worker is a classic one, and would then give up.
  self.importScripts = () => { throw new Error("not a classic worker"); };
  (0, eval)(`${text(files["pyodide.js"])};self.loadPyodide = loadPyodide.loadPyodide ?? loadPyodide;`);
  (0, eval)(text(files["pyodide.asm.js"]));
  const library = URL.createObjectURL(new Blob([files["stdlib.zip"]], { type: "application/zip" }));
  python = await self.loadPyodide({
    createPyodideModule: self.createPyodideModule,
    indexURL: nowhere, packageBaseUrl: nowhere, stdLibURL: library,
    lockFileContents: JSON.stringify({ info: files.info, packages: {} }),
  });
  postMessage({ step: "Python" });
  unpack(files["packages.tar.xz"]);
  postMessage({ step: "SymPy" });
  unpack(files["actmath.tar.xz"]);
  session = python.runPython("import os, sys; os.chdir('/book'); import session; sys.meta_path.insert(0, session.Absent()); session");
  postMessage({ step: "actmath" });
  python.runPython("import sympy, actmath");
  postMessage({ ready: true });
}

function unpack(archive) {
  python.FS.writeFile("/archive", new Uint8Array(archive));
  python.runPython("import importlib, tarfile\nwith tarfile.open('/archive') as archive:\n    archive.extractall('/', filter='fully_trusted')\nimportlib.invalidate_caches()");
  python.FS.unlink("/archive");
}

// What is printed goes out in pieces, at most twenty a second: a loop that prints would drown the page.
function run({ cells, index }) {
  const began = performance.now();
  let printed = "", sent = began;
  const flush = () => {
    if (printed) postMessage({ kind: "text", text: printed });
    printed = "";
    sent = performance.now();
  };
  const lacks = session.answer(cells, index, (kind, text) => {
    if (kind === "text") {
      printed += text;
      if (performance.now() - sent > 50) flush();
    } else {
      flush();
      postMessage({ kind, text });
    }
  });
  flush();
  postMessage({ done: true, lacks, seconds: (performance.now() - began) / 1000 });
}

onmessage = async ({ data }) => {
  try {
    if (data.boot) await boot(data.boot);
    if (data.unpack) { unpack(data.unpack); postMessage({ ready: true }); }
    if (data.run) run(data.run);
  } catch (error) {
    postMessage({ failed: String(error.message ?? error) });
  }
};
