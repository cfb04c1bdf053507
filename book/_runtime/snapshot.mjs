// Writes down the memory of a Python that has imported what cells may use:
// node snapshot.mjs PYODIDE FOLDER WARM. Below FOLDER lie site/, arb/ and stdlib.zip; snapshot.bin joins them.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, folder, warm] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const SITE = "/lib/python3.14/site-packages";

async function started(options = {}) {
  const python = await loadPyodide({ indexURL: `${pyodide}/`, stdLibURL: `${folder}/stdlib.zip`, env: { PYTHONHASHSEED: "0" }, ...options });
  const mount = (place, root) => {
    python.FS.mkdirTree(place);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
  };
  mount(SITE, `${folder}/site`);
  mount("/work", folder);
  return python;
}

const warmed = (python) => python.runPython(readFileSync(warm, "utf-8"), { globals: python.toPy({}) });

const withArb = await started();
withArb.runPython("import sys; sys.path.append('/work/arb')");
warmed(withArb);
const python = await started({ _makeSnapshot: true });
warmed(python);
writeFileSync(`${folder}/snapshot.bin`, python.makeMemorySnapshot());
