// The document as it came, before anything here changes it: what the seal is about.
const pristine = document.documentElement.cloneNode(true);
const root = document.documentElement;
root.classList.add("js");

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// What programs that read pages aloud are told.
const live = make("p", { class: "visually-hidden", "aria-live": "polite" });
document.body.append(live);
function say(text) { live.textContent = text; }

// Records of nodes, by name. Their addresses belong to the script: a browser that found them would scroll there.
const records = new Map();
const recordOfAddress = new Map();
for (const article of document.querySelectorAll("article.node")) {
  records.set(article.dataset.name, article);
  recordOfAddress.set(article.id, article);
  article.removeAttribute("id");
}
function addressOf(article) { return "node/" + anchorText(article.dataset.name); }
function anchorText(name) {
  return [...name].map((c) => /[A-Za-z0-9.\-/:]/.test(c) ? c : "_" + c.codePointAt(0).toString(16) + ".").join("") || "_";
}
function groupOf(name) { return records.get(name)?.dataset.group ?? name; }
function open(name) {
  const article = records.get(name);
  if (article) location.hash = "#" + addressOf(article);
  else say("There is no record of " + name + " in this page.");
}
