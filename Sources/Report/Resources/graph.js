// The graph: enlarged and moved by wheel, pointer, buttons and keys; lines of the node that is pointed at.
let showInGraph = () => {};

function offerGraph() {
  const frame = document.querySelector(".graph-frame");
  const svg = frame?.querySelector("svg.graph");
  if (!svg) return;
  const whole = svg.viewBox.baseVal;
  const full = { x: 0, y: 0, width: whole.width, height: whole.height };
  let view = { ...full };
  const boxes = [...svg.querySelectorAll("a.box")];
  const boxOf = new Map(boxes.map((box) => [box.dataset.node, box]));
  const linesOfNode = svg.querySelector(".lit-edges");

  const apply = () => {
    const scale = full.width / view.width;
    view.x = Math.min(Math.max(view.x, full.x), full.width - view.width);
    view.y = Math.min(Math.max(view.y, full.y), full.height - view.height);
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    svg.classList.toggle("near", scale >= 3.5);
    if (scale >= 3.5) nameBoxes();
    out.disabled = scale <= 1;
    in_.disabled = scale >= 12;
  };
  const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const scale = Math.min(Math.max(full.width / view.width * factor, 1), 12);
    const [width, height] = [full.width / scale, full.height / scale];
    view = { x: x - (x - view.x) / view.width * width, y: y - (y - view.y) / view.height * height, width, height };
    apply();
  };
  // Names within squares are for those who come near.
  let areNamed = false;
  const nameBoxes = () => {
    if (areNamed) return;
    areNamed = true;
    for (const box of boxes) {
      if (box.querySelector("text")) continue;
      const place = box.querySelector("rect");
      const parts = box.dataset.node.split("/").slice(1).flatMap((part) => part.match(/.{1,11}/gu) ?? []).slice(0, 5);
      parts.forEach((part, index) => {
        const text = document.createElementNS(svg.namespaceURI, "text");
        text.setAttribute("class", "tiny");
        text.setAttribute("x", Number(place.getAttribute("x")) + 10);
        text.setAttribute("y", Number(place.getAttribute("y")) + 10.9 + (index - (parts.length - 1) / 2) * 3.4);
        text.textContent = part;
        box.append(text);
      });
    }
  };

  const button = (text, label, action) => make("button", { type: "button", "aria-label": label, onclick: action }, text);
  const in_ = button("+", "Enlarge the graph", () => zoom(1.6));
  const out = button("−", "Reduce the graph", () => zoom(1 / 1.6));
  const all = button("Whole graph", "Show the whole graph", () => { view = { ...full }; apply(); });
  frame.before(make("p", { class: "tools graph-tools" }, in_, out, all));

  const middle = (box) => {
    const place = box.querySelector("rect");
    const value = (name) => Number(place.getAttribute(name));
    return { x: value("x") + value("width") / 2, top: value("y"), bottom: value("y") + value("height") };
  };
  const drawLines = (box) => {
    const article = box && records().get(box.dataset.node);
    if (!article) { linesOfNode.setAttribute("d", ""); return; }
    const line = (from, to) => {
      const [a, b] = [middle(from), middle(to)];
      return `M${a.x} ${a.bottom}L${b.x} ${b.top}`;
    };
    const sources = sourcesOf(article).map((source) => boxOf.get(source.dataset.name)).filter((found) => found);
    const readers = readersOf(box.dataset.node).map((reader) => boxOf.get(reader.dataset.name)).filter((found) => found);
    linesOfNode.setAttribute("d", [...sources.map((each) => line(each, box)), ...readers.map((each) => line(box, each))].join(""));
  };

  // One stop for the tabulator; arrow keys go on from there.
  boxes.forEach((box, index) => box.setAttribute("tabindex", index === 0 ? "0" : "-1"));
  const go = (box) => {
    for (const each of boxes) each.setAttribute("tabindex", each === box ? "0" : "-1");
    box.focus({ preventScroll: true });
    const { x, top, bottom } = middle(box);
    if (x < view.x || x > view.x + view.width || top < view.y || bottom > view.y + view.height) {
      view = { ...view, x: x - view.width / 2, y: top - view.height / 2 };
      apply();
    }
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const next = (box, dx, dy) => {
    const here = middle(box);
    let best = null;
    for (const other of boxes) {
      if (other === box) continue;
      const there = middle(other);
      const along = dx * (there.x - here.x) + dy * (there.top - here.top);
      const across = Math.abs(dy * (there.x - here.x)) + Math.abs(dx * (there.top - here.top));
      if (along <= 1 || (dx !== 0 && across > 1)) continue;
      const cost = dx !== 0 ? along : along * 3 + across;
      if (best === null || cost < best.cost) best = { other, cost };
    }
    return best?.other;
  };
  svg.addEventListener("keydown", (event) => {
    const box = event.target.closest("a.box");
    const direction = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (!box || !direction || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const target = next(box, ...direction);
    if (target) go(target);
  });
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = view.width / 8;
    const moves = { ArrowRight: [step, 0], ArrowLeft: [-step, 0], ArrowDown: [0, step], ArrowUp: [0, -step] };
    if (event.key === "+" || event.key === "=") zoom(1.6);
    else if (event.key === "-") zoom(1 / 1.6);
    else if (event.key === "0") { view = { ...full }; apply(); }
    else if (moves[event.key] && view.width < full.width) { view.x += moves[event.key][0]; view.y += moves[event.key][1]; apply(); }
    else return;
    event.preventDefault();
  });
  frame.addEventListener("wheel", (event) => {
    // Only with a key, or where it is enlarged already: otherwise the page is to scroll on.
    if (!event.ctrlKey && view.width >= full.width) return;
    event.preventDefault();
    const place = svg.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, view.x + (event.clientX - place.left) / place.width * view.width,
      view.y + (event.clientY - place.top) / place.height * view.height);
  }, { passive: false });
  let grip = null;
  frame.addEventListener("pointerdown", (event) => {
    if (view.width < full.width && !event.target.closest("a.box")) { grip = { x: event.clientX, y: event.clientY, view: { ...view } }; frame.setPointerCapture(event.pointerId); }
  });
  frame.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const scale = view.width / svg.getBoundingClientRect().width;
    view.x = grip.view.x - (event.clientX - grip.x) * scale;
    view.y = grip.view.y - (event.clientY - grip.y) * scale;
    apply();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) frame.addEventListener(end, () => { grip = null; });

  const boxAt = (event) => event.target.closest?.("a.box") ?? null;
  svg.addEventListener("pointerover", (event) => { const box = boxAt(event); drawLines(box); tell(box); });
  svg.addEventListener("pointerleave", () => { drawLines(null); tell(null); });
  svg.addEventListener("focusin", (event) => { drawLines(boxAt(event)); tell(boxAt(event)); });
  svg.addEventListener("focusout", () => { drawLines(null); tell(null); });
  const tell = (box) => {
    tip.hidden = !box;
    if (!box) return;
    tip.textContent = box.getAttribute("aria-label");
    const place = box.getBoundingClientRect();
    tip.style.left = Math.min(Math.max(8, place.left + place.width / 2 - tip.offsetWidth / 2), root.clientWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = (place.top - tip.offsetHeight - 6 > 4 ? place.top - tip.offsetHeight - 6 : place.bottom + 6) + "px";
  };

  showInGraph = (name) => {
    const box = boxOf.get(name);
    if (!box) return;
    frame.scrollIntoView({ block: "center" });
    view = { ...full };
    const { x, top } = middle(box);
    if (full.height > 300 || boxes.length > 40) {
      const scale = 4;
      view = { x: x - full.width / scale / 2, y: top - full.height / scale / 2, width: full.width / scale, height: full.height / scale };
    }
    apply();
    go(box);
  };
  apply();
}
