// Runs a Python file in Pyodide under Node: node python.mjs PYODIDE FILE FOLDER. The folder is /work there.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, file, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
const python = await loadPyodide({ indexURL: `${pyodide}/` });
python.FS.mkdir("/work");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/work");
python.runPython(readFileSync(file, "utf-8"));
