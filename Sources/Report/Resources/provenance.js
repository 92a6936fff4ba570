// What made it: the record of a node, opened by its address, so that every view has a link and the back button works.
const panel = make("div", { class: "panel", role: "dialog", "aria-labelledby": "panel-title", hidden: true });
document.body.append(panel);
let opener = null;
// Where it covers the page, what lies under it is out of reach.
const covers = matchMedia("(max-width: 60rem)");
function cover() {
  const isCovered = covers.matches && !panel.hidden;
  document.querySelector("main").inert = isCovered;
  if (isCovered) panel.setAttribute("aria-modal", "true"); else panel.removeAttribute("aria-modal");
}
covers.addEventListener("change", cover);

function sourcesOf(article) {
  return [...article.querySelectorAll("ul.files a")]
    .map((link) => records().get(nameOfAddress.get(link.getAttribute("href").slice(1)))).filter((found) => found);
}

let readers = null;
function readersOf(name) {
  if (!readers) {
    readers = new Map();
    for (const article of records().values()) {
      for (const source of new Set(sourcesOf(article))) {
        const list = readers.get(source.dataset.name);
        if (list) list.push(article); else readers.set(source.dataset.name, [article]);
      }
    }
  }
  return readers.get(name) ?? [];
}

// Everything upstream, the node itself left out.
function ancestorsOf(article) {
  const seen = new Set();
  const open = [article];
  while (open.length > 0) {
    for (const source of sourcesOf(open.pop())) if (!seen.has(source)) { seen.add(source); open.push(source); }
  }
  return seen;
}

function listOf(title, items) {
  return items.length === 0 ? [] : [make("h3", {}, `${title} (${items.length})`), make("ul", { class: "files" }, ...items)];
}

function linkTo(article) {
  const { name } = article.dataset;
  return make("a", { href: "#" + (known.get(name)?.address ?? "") }, make("code", {}, name));
}

// Where the page shows something that this node made: points, cells, drawings.
function appearances(name) {
  const places = new Map();
  for (const element of marks.get(groupOf(name)) ?? []) {
    const place = element.closest("figure[id], table[id]");
    if (!place || place.closest("details, .graph-figure, .variant:not(:first-of-type)")) continue;
    const label = place.querySelector("figcaption b, caption b")?.textContent.replace(/\.$/, "");
    if (label) places.set(label, place.id);
  }
  return [...places].map(([label, id]) => make("li", {}, make("a", { href: "#" + id }, label)));
}

function headOf(...title) {
  return make("div", { class: "panel-head" }, make("h2", { id: "panel-title", tabindex: "-1" }, ...title),
    make("button", { type: "button", class: "close", "aria-label": "Close", onclick: shut }, "×"));
}

function miss(address) {
  panel.replaceChildren(headOf("No such record"), make("p", {}, "This page has no record at the address ",
    make("code", {}, address), ". It may be of another run, or of another profile."));
}

function fill(article) {
  const name = article.dataset.name;
  const body = make("div", { class: "panel-body" });
  for (const child of article.children) {
    if (child.localName === "h4") continue;
    const copy = child.cloneNode(true);
    if (copy.localName !== "h5") { body.append(copy); continue; }
    body.append(make("h3", {}, copy.textContent));
  }
  // A digest that the record leaves to the node that made the file.
  for (const link of body.querySelectorAll("ul.files > li > a:last-child")) {
    const source = records().get(nameOfAddress.get(link.getAttribute("href").slice(1)));
    const made = source?.querySelectorAll("ul.made > li > code") ?? [];
    if (link.nextSibling === null && made.length === 1) link.after(" ", made[0].cloneNode(true));
  }
  const raw = [...ancestorsOf(article)].flatMap((source) =>
    [...source.querySelectorAll("ul.raw > li")].map((item) => {
      const copy = item.cloneNode(true);
      copy.append(" taken in by ", linkTo(source));
      return copy;
    }));
  body.append(...listOf("Raw files at the end of the chain", raw));
  body.append(...listOf("Read by", readersOf(name).map((reader) => make("li", {}, linkTo(reader)))));
  body.append(...listOf("Shown in", appearances(name)));
  const tools = make("p", { class: "tools" });
  if (document.getElementById("graph")) {
    tools.append(make("button", { type: "button", onclick: () => { shut(); showInGraph(name); } }, "Show in the graph"));
  }
  const command = body.querySelector("code.command");
  if (command && navigator.clipboard && isSecureContext) {
    tools.append(make("button", {
      type: "button",
      onclick: () => navigator.clipboard.writeText(command.textContent).then(() => say("Copied."), () => say("Could not be copied.")),
    }, "Copy the command"));
  }
  panel.replaceChildren(headOf(make("code", {}, name)), tools, body);
  panel.scrollTop = 0;
}

function route() {
  const name = nameOfAddress.get(location.hash.slice(1));
  const article = name === undefined ? null : records().get(name);
  const isMissed = !article && location.hash.startsWith("#node/");
  if (!article && !isMissed) {
    if (panel.hidden) return;
    panel.hidden = true;
    cover();
    root.classList.remove("has-panel");
    hold(null);
    // A place of the page that was chosen from within the panel is where the reader wants to be.
    const place = location.hash ? document.getElementById(location.hash.slice(1)) : opener;
    if (place?.isConnected) {
      if (place.tabIndex < 0 && !place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
      place.focus({ preventScroll: true });
    }
    opener = null;
    return;
  }
  if (panel.hidden) opener = document.activeElement === document.body ? null : document.activeElement;
  if (isMissed) miss(location.hash.slice("#node/".length)); else fill(article);
  panel.hidden = false;
  cover();
  root.classList.add("has-panel");
  hold(article?.dataset.name ?? null);
  panel.querySelector("h2").focus({ preventScroll: true });
}

function shut() {
  history.pushState(null, "", location.href.split("#")[0]);
  route();
}

function offerProvenance() {
  window.addEventListener("popstate", route);
  window.addEventListener("hashchange", route);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) shut();
  });
  route();
}
