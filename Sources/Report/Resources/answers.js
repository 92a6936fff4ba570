// Drawings answer, to the pointer and to the arrow keys: points by what was written to them, lines and matrices by the values
// of their places. What can be asked is a list of items, of one place or many; places are numbered through all of them.
const tip = make("div", { class: "tip", hidden: true });
const ring = make("div", { class: "ring", hidden: true });
document.body.append(tip, ring);
// Escape puts away what covers something, and nothing else at the same time.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || tip.hidden) return;
  tip.hidden = ring.hidden = true;
  event.stopPropagation();
}, true);
const minus = (text) => text.replace("-", "−");
const around = (point) => ({ left: point.x - 4, right: point.x + 4, top: point.y - 4, bottom: point.y + 4, width: 8, height: 8 });
function inWindow(element, x, y) { return new DOMPoint(x, y).matrixTransform(element.getScreenCTM()); }

function itemOfPoint(element) {
  return {
    element, count: 1, perRow: 1, says: () => element.dataset.says, box: () => element.getBoundingClientRect(),
    node: element.dataset.node ?? null,
  };
}

// An axis as its panel tells of it: kind, ends, the pixels of the ends, title.
function axisOf(text) {
  const [kind, ...rest] = (text ?? "").split(" ");
  const [lower, upper, start, end] = rest.slice(0, 4).map(Number);
  if (rest.length < 4 || ![lower, upper, start, end].every(Number.isFinite) || start === end) return null;
  const value = (pixel) => {
    const share = (pixel - start) / (end - start);
    return kind === "linear" ? lower + share * (upper - lower) : lower * (upper / lower) ** share;
  };
  // As many digits as a hundredth of a pixel is worth.
  const decimals = Math.min(Math.max(Math.ceil(Math.log10(2000 / Math.abs(upper - lower))), 0), 12);
  const round = (number) => kind === "linear" ? Number(number.toFixed(decimals)) : Number(number.toPrecision(kind === "log2" ? 4 : 3));
  return {
    words: (pixel) => `${rest.slice(4).join(" ")} ${minus(String(round(value(pixel)) + 0))}`,
    holds: (pixel) => pixel >= Math.min(start, end) - 0.5 && pixel <= Math.max(start, end) + 0.5,
  };
}

function itemOfLine(element) {
  const panel = element.closest("[data-x]");
  const [x, y] = [axisOf(panel?.dataset.x), axisOf(panel?.dataset.y)];
  if (!x || !y) return null;
  const places = [];
  for (const path of element.querySelectorAll("path")) {
    for (const [, left, top] of (path.getAttribute("d") ?? "").matchAll(/[ML](-?[\d.]+)[ ,](-?[\d.]+)/g)) {
      if (x.holds(Number(left)) && y.holds(Number(top))) places.push([Number(left), Number(top)]);
    }
  }
  return {
    element, places, count: places.length, perRow: 1, node: null,
    says: (place) => `${element.dataset.line}: ${x.words(places[place][0])}, ${y.words(places[place][1])}`,
    box: (place) => around(inWindow(element, ...places[place])),
  };
}

// The colours of a PNG by their order.
function paletteOf(bytes) {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) !== 0x504c5445) continue;
    const colours = bytes.subarray(at + 8, at + 8 + view.getUint32(at));
    return new Map(Array.from({ length: colours.length / 3 }, (_, index) =>
      [colours[3 * index] << 16 | colours[3 * index + 1] << 8 | colours[3 * index + 2], index]));
  }
  return new Map();
}

// Values of a matrix that is too large to carry them in full, told from its colours.
async function valuesOfColours(image, rows, columns, lower, upper) {
  const address = image.getAttribute("href");
  const palette = paletteOf(bytesOf(address));
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const context = make("canvas", { width: columns, height: rows }).getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, columns, rows);
  const pixels = context.getImageData(0, 0, columns, rows).data;
  const decimals = Math.min(Math.max(Math.ceil(Math.log10(100 / (upper - lower))), 0), 12);
  return Array.from({ length: rows * columns }, (_, index) => {
    const place = palette.get(pixels[4 * index] << 16 | pixels[4 * index + 1] << 8 | pixels[4 * index + 2]);
    if (place === undefined) return "";
    if (place === 255) return "not a number";
    const value = minus((lower + (upper - lower) * place / 254).toFixed(decimals));
    return place === 0 ? value + " or less" : place === 254 ? value + " or more" : "about " + value;
  });
}

function itemOfMatrix(element) {
  const image = element.querySelector("image");
  const [rows, columns, lower, upper] = element.dataset.matrix.split(" ").map(Number);
  if (!image || !(rows * columns > 0 && rows * columns <= 1e6)) return null;
  const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Number(image.getAttribute(name)));
  let values = element.dataset.values?.split(" ") ?? null;
  let coming = null;
  const item = {
    element, count: rows * columns, perRow: columns, node: null,
    says: (place) => {
      if (!values && !coming) coming = valuesOfColours(image, rows, columns, lower, upper).then((found) => { values = found; item.later(); }, () => {});
      const value = values?.[place];
      return `${element.dataset.name}, row ${Math.floor(place / columns) + 1}, column ${place % columns + 1}${value ? ": " + value : ""}`;
    },
    box: (place) => {
      const [x, y] = [left + place % columns * width / columns, top + Math.floor(place / columns) * height / rows];
      const [from, to] = [inWindow(element, x, y), inWindow(element, x + width / columns, y + height / rows)];
      return { left: from.x, top: from.y, right: to.x, bottom: to.y, width: to.x - from.x, height: to.y - from.y };
    },
    at: (x, y) => {
      const from = inWindow(element, left, top);
      const to = inWindow(element, left + width, top + height);
      const [row, column] = [Math.floor((y - from.y) / (to.y - from.y) * rows), Math.floor((x - from.x) / (to.x - from.x) * columns)];
      return Math.min(Math.max(row, 0), rows - 1) * columns + Math.min(Math.max(column, 0), columns - 1);
    },
    later: () => {},
  };
  return item;
}

// The items of a plate as its drawing has them now. Words that a browser would show by itself, late and small, become the page's.
function itemsOf(plate) {
  for (const title of plate.querySelectorAll("g > title")) {
    title.parentNode.dataset.says = title.textContent;
    title.remove();
  }
  return [...plate.querySelectorAll("[data-says], [data-line], [data-matrix]")].map((element) =>
    "says" in element.dataset ? itemOfPoint(element) : "line" in element.dataset ? itemOfLine(element) : itemOfMatrix(element))
    .filter((item) => item && item.count > 0);
}

const answering = new Map();
// To be called whenever a plate's drawing is another.
function prepare(plate) {
  const items = itemsOf(plate);
  const known = answering.get(plate);
  if (known) { known.take(items); return; }
  if (items.length === 0) return;
  answering.set(plate, answer(plate, items));
  offerValues(plate);
}

// The same as a list, for whoever reads on instead of going from value to value: programs that read pages aloud keep the
// arrow keys for themselves until they are told otherwise.
const mostValues = 1500;
function valuesOf(items, label) {
  const entries = [];
  let left = 0;
  for (const item of items) {
    // A matrix whose values are told from its colours, when they are asked for.
    const count = item.perRow > 1 && !item.element.dataset.values ? 0 : Math.min(item.count, mostValues - entries.length);
    left += item.count - count;
    for (let place = 0; place < count; place++) {
      const text = item.says(place);
      const address = item.node && known.get(item.node)?.address;
      entries.push(make("li", {}, address ? make("a", { href: "#" + address }, text) : text));
    }
  }
  const rest = left > 0 ? [make("p", {}, `${left} more values are in the figure's data.`)] : [];
  return make("div", { class: "values", role: "region", tabindex: "0", "aria-label": `Values of ${label}` },
    make("ol", {}, ...entries), ...rest);
}
function offerValues(plate) {
  const figure = plate.closest("figure");
  const links = figure?.querySelector(".downloads");
  if (!links) return;
  const label = figure.querySelector("figcaption b")?.textContent.replace(/\.$/, "") ?? "this figure";
  const button = make("button", { type: "button", "aria-expanded": "false", "aria-label": `Values of ${label}` }, "Values");
  button.addEventListener("click", () => {
    const list = figure.querySelector(".values");
    button.setAttribute("aria-expanded", String(!list));
    if (list) list.remove();
    else figure.append(valuesOf(answering.get(plate).items(), label));
  });
  links.append(button);
}

function answer(plate, first) {
  let items = [];
  let itemOf = new Map();
  let current = -1;
  const total = () => items.length === 0 ? 0 : items.at(-1).start + items.at(-1).count;
  const itemAt = (place) => items.findLast((item) => item.start <= place);
  let isShowing = false;
  const leave = () => {
    if (!isShowing) return;
    isShowing = false;
    tip.hidden = ring.hidden = true;
    light(null);
  };
  const show = (place) => {
    current = place;
    isShowing = true;
    const item = itemAt(place);
    const box = item.box(place - item.start);
    tip.textContent = item.says(place - item.start);
    tip.hidden = false;
    const [width, height] = [tip.offsetWidth, tip.offsetHeight];
    const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), document.documentElement.clientWidth - width - 8);
    const above = box.top - height - 8;
    tip.style.left = left + "px";
    tip.style.top = (above > 4 ? above : box.bottom + 8) + "px";
    ring.hidden = item.node !== null;
    ring.classList.toggle("square", item.perRow > 1);
    const room = item.perRow > 1 ? 1 : 3;
    Object.assign(ring.style, { left: box.left - room + "px", top: box.top - room + "px",
      width: box.width + 2 * room + "px", height: box.height + 2 * room + "px" });
    light(item.node);
  };
  const take = (found) => {
    let start = 0;
    for (const item of found) {
      item.start = start;
      start += item.count;
      item.later = () => {
        if (!isShowing || itemAt(current) !== item) return;
        show(current);
        if (document.activeElement === plate) say(tip.textContent);
      };
    }
    items = found;
    itemOf = new Map(found.map((item) => [item.element, item]));
    current = -1;
    leave();
  };
  take(first);
  plate.setAttribute("aria-label", plate.getAttribute("aria-label") + ": arrow keys go from value to value, Enter opens what "
    + "made it");
  const placeAt = (event) => {
    const point = event.target.closest("[data-says], [data-matrix]");
    const item = itemOf.get(point);
    if (item) return item.start + (item.at ? item.at(event.clientX, event.clientY) : 0);
    let best = null;
    for (const line of items) {
      if (!line.places) continue;
      const toWindow = line.element.getScreenCTM();
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(toWindow.inverse());
      line.places.forEach(([left, top], index) => {
        const distance = Math.hypot(left - x, top - y) * toWindow.a;
        if (distance < (best?.distance ?? 14)) best = { distance, place: line.start + index };
      });
    }
    return best?.place ?? null;
  };
  plate.addEventListener("pointermove", (event) => {
    const place = placeAt(event);
    if (place !== null) show(place); else leave();
  });
  plate.addEventListener("pointerleave", leave);
  plate.addEventListener("blur", leave);
  addEventListener("scroll", () => { if (document.activeElement !== plate) leave(); }, { passive: true });
  plate.addEventListener("click", (event) => {
    const place = placeAt(event);
    const node = place !== null && itemAt(place).node;
    if (node) open(node);
  });
  plate.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || items.length === 0) return;
    // Up and down stay in the column of a matrix as long as it has rows.
    const item = current >= 0 ? itemAt(current) : null;
    const down = item && current - item.start + item.perRow < item.count ? item.perRow : 1;
    const up = item && current - item.start - item.perRow >= 0 ? item.perRow : 1;
    const step = { ArrowRight: 1, ArrowDown: down, ArrowLeft: -1, ArrowUp: -up, PageDown: 10, PageUp: -10 }[event.key];
    let place;
    if (step !== undefined) place = current < 0 ? (step < 0 ? total() - 1 : 0) : current + step;
    else if (event.key === "Home") place = 0;
    else if (event.key === "End") place = total() - 1;
    else if (event.key === "Enter" && item?.node) { open(item.node); return; }
    else return;
    event.preventDefault();
    place = Math.min(Math.max(place, 0), total() - 1);
    itemAt(place).element.scrollIntoView({ block: "nearest", inline: "nearest" });
    show(place);
    say(tip.textContent);
  });
  return { take, items: () => items };
}
