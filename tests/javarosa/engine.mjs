// Fills a form in by the engine of ODK's web forms, and prints the questions as they are shown and the instance as it would be sent.
// node engine.mjs FOLDER_WITH_NODE_MODULES FORM.xml "Language (code)" '{"question": "answer"}'
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [folder, file, language, answers] = process.argv.slice(2);
const require_ = createRequire(join(folder, "package.json"));
const { JSDOM } = require_("jsdom");
const { window } = new JSDOM("<!doctype html>", { url: "http://localhost/" });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
// A few exist in node as well, and have to be those of the document.
for (const name of ["Event", "EventTarget", "File", "Blob", "FormData"]) globalThis[name] = window[name] ?? globalThis[name];
globalThis.require = require_;
globalThis.__dirname = folder;

const { loadForm } = await import(pathToFileURL(join(folder, "node_modules/@getodk/xforms-engine/dist/index.js")));
const form = await loadForm(readFileSync(file, "utf8"));
if (form.status === "failure") throw form.error;
const { root } = form.createInstance();
root.setLanguage(root.languages.find((one) => one.language === language));

const said = JSON.parse(answers);
const labels = {};
const walk = (node) => {
  const name = node.currentState.reference.split("/").pop();
  const label = node.currentState.label;
  if (label) labels[name] = label.asString;
  if (name in said && node.currentState.relevant) {
    if (node.nodeType === "select") node.selectValue(said[name]);
    else if (node.nodeType === "input") node.setValue(said[name]);
  }
  for (const child of node.currentState.children ?? []) walk(child);
};
walk(root);
const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
if (payload.violations?.length) {
  console.log(JSON.stringify(payload.violations));
  process.exit(3);
}
const instance = [...payload.data][0].get("xml_submission_file");
const xml = await new Promise((resolve, reject) => {
  const reader = new window.FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = reject;
  if (instance instanceof window.Blob) reader.readAsText(instance);
  else instance.text().then(resolve, reject);
});
console.log(JSON.stringify({ labels, xml }));
