// The worker that holds Python. It is a classic script from a blob: modules do not load from a disk.
"use strict";
let python, session;

const nowhere = "https://pyodide.invalid/";
const text = (bytes) => new TextDecoder().decode(bytes);

async function opened(name, packed) {
  const stream = new Blob([packed]).stream();
  const plain = name.endsWith(".xz") ? new self["xz-decompress"].XzReadableStream(stream) : stream;
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

// Python's memory must be as large as the snapshot before that is copied into it.
function growMemory(size) {
  const PAGE = 65536;
  const grown = async (promise) => {
    const made = await promise;
    const memory = made.instance?.exports.memory;
    if (memory && memory.buffer.byteLength < size) memory.grow(Math.ceil((size - memory.buffer.byteLength) / PAGE));
    return made;
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const before = WebAssembly[name];
    WebAssembly[name] = (...given) => grown(before.call(WebAssembly, ...given));
  }
}

async function boot(files, info) {
  (0, eval)(text(files["xz.js"]));
  const wasm = await opened("pyodide.asm.wasm.xz", files["pyodide.asm.wasm.xz"]);
  const fetchElsewhere = self.fetch.bind(self);
  self.fetch = (address, ...rest) => String(address.url ?? address).endsWith("pyodide.asm.wasm")
    ? Promise.resolve(new Response(wasm, { headers: { "content-type": "application/wasm" } }))
    : fetchElsewhere(address, ...rest);
  // Pyodide calls this to learn whether the worker is a classic one, and would then give up.
  self.importScripts = () => { throw new Error("not a classic worker"); };
  (0, eval)(`${text(files["pyodide.js"])};self.loadPyodide = loadPyodide.loadPyodide ?? loadPyodide;`);
  (0, eval)(text(files["pyodide.asm.js"]));
  const packed = files["snapshot.xz"];
  const snapshot = packed && (await opened("snapshot.xz", packed));
  if (snapshot) growMemory(snapshot.length);
  const library = files["stdlib.zip.xz"] ? [await opened("stdlib.zip.xz", files["stdlib.zip.xz"])] : [];
  python = await self.loadPyodide({
    createPyodideModule: self.createPyodideModule,
    indexURL: nowhere, packageBaseUrl: nowhere,
    stdLibURL: URL.createObjectURL(new Blob(library, { type: "application/zip" })),
    lockFileContents: JSON.stringify({ info, packages: {} }),
    ...(snapshot && { _loadSnapshot: snapshot }),
  });
  postMessage({ step: "Python" });
  for (const name of ["packages.tar.xz", "actmath.tar.xz"])
    if (files[name]) unpack(await opened(name, files[name]));
  postMessage({ step: "SymPy" });
  session = python.runPython("import session; session");
  session.begin();
  if (snapshot) session.wait_for_the_rest();
  postMessage({ step: "actmath" });
  python.runPython("import sympy, actmath");
}

// The files of a tar archive of the plain kind: names and sizes stand in blocks of 512 bytes.
function unpack(archive) {
  const BLOCK = 512;
  const field = (from, size) => text(archive.subarray(from, from + size)).replace(/\0[^]*$/, "");
  for (let at = 0; archive[at];) {
    const [name, size, prefix] = [field(at, 100), parseInt(field(at + 124, 12), 8), field(at + 345, 155)];
    const path = `/${prefix && `${prefix}/`}${name}`;
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, archive.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  python.runPython("import importlib; importlib.invalidate_caches()");
}

// What a snapshot leaves out, or Arb: files for Python to import.
async function add(files) {
  for (const [name, packed] of Object.entries(files)) {
    const bytes = await opened(name, packed);
    if (name === "stdlib.zip.xz") python.FS.writeFile("/lib/python314.zip", bytes);
    else unpack(bytes);
    if (name === "packages.tar.xz") session.the_rest_is_here();
  }
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
  const lacks = session.answer(cells, index, (kind, shown) => {
    if (kind === "text") {
      printed += shown;
      if (performance.now() - sent > 50) flush();
    } else {
      flush();
      postMessage({ kind, text: shown });
    }
  });
  flush();
  postMessage({ done: true, lacks, seconds: (performance.now() - began) / 1000 });
}

onmessage = async ({ data }) => {
  try {
    if (data.boot) await boot(data.boot, data.info);
    if (data.add) await add(data.add);
    if (data.run) run(data.run);
    else postMessage({ ready: true });
  } catch (error) {
    postMessage({ failed: String(error.message ?? error) });
  }
};
