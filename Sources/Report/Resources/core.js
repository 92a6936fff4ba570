// The document as it came, before anything here changes it: what the seal is about. It belongs to a document that shows
// nothing, so that its pictures are not read once more.
const pristine = document.implementation.createHTMLDocument("").importNode(document.documentElement, true);
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

// What each node's record is called, by the list of nodes. The records themselves are most of the page; they stand in a
// <noscript>, which a browser with scripts does not read before it is asked to.
const known = new Map();
const nameOfAddress = new Map();
for (const row of document.querySelectorAll("table.records tr[data-node]")) {
  const name = row.dataset.node;
  const address = row.querySelector("a").getAttribute("href").slice(1);
  known.set(name, { address, group: row.dataset.group ?? name });
  nameOfAddress.set(address, name);
}
function groupOf(name) { return known.get(name)?.group ?? name; }
function open(name) {
  const node = known.get(name);
  if (node) location.hash = "#" + node.address;
  else say("There is no record of " + name + " in this page.");
}

// The elements that a <noscript> is for readers without a script.
function contentOf(noscript) {
  return new DOMParser().parseFromString("<!DOCTYPE html><body>" + noscript.textContent, "text/html").body;
}
let parsed = null;
function records() {
  if (!parsed) {
    const noscript = document.querySelector("details.nodes > noscript");
    const articles = noscript ? [...contentOf(noscript).querySelectorAll("article.node")] : [];
    parsed = new Map(articles.map((article) => [article.dataset.name, article]));
  }
  return parsed;
}
