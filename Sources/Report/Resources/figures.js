// Drawings come as pictures, which nothing can be asked. They are put in again as elements, with what may be drawn and
// nothing else, and their points answer: to the pointer, and to the arrow keys.
const drawable = new Set(["svg", "g", "title", "desc", "defs", "clipPath", "linearGradient", "radialGradient", "stop", "path",
  "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image", "use", "marker", "pattern", "mask"]);
// A drawing has a form for narrow screens beside its own where it would be too small to read there.
const isNarrow = matchMedia("screen and (max-width: 64rem)");

function purify(element) {
  for (const child of [...element.children]) {
    if (child.namespaceURI !== "http://www.w3.org/2000/svg" || !drawable.has(child.localName)) child.remove();
    else purify(child);
  }
  for (const { name, value } of [...element.attributes]) {
    const isLink = name === "href" || name === "xlink:href" || name === "src";
    const isSafe = value.startsWith("#") || /^data:image\/(png|jpeg);/.test(value);
    const leaves = /url\(/i.test(value) && !/^url\(#[^)]*\)$/.test(value);
    if (/^on/i.test(name) || name === "style" || (isLink && !isSafe) || leaves) element.removeAttribute(name);
  }
}

// The bytes of a data: address: of base64, or of a text in which a raw apostrophe stands for a quotation mark (TextAddress.swift).
function bytesOf(address) {
  const comma = address.indexOf(",");
  const text = address.slice(comma + 1);
  return address.slice(0, comma).endsWith(";base64") ? Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    : new TextEncoder().encode(decodeURIComponent(text.replaceAll("'", '"')));
}

function drawingOf(address) {
  const parsed = new DOMParser().parseFromString(new TextDecoder().decode(bytesOf(address)), "image/svg+xml");
  return parsed.documentElement.localName === "svg" && !parsed.querySelector("parsererror") ? parsed.documentElement : null;
}

// The marks of a form for narrow screens leave their words to the drawing's own form, which has them in the same order
// (NarrowDrawing.swift).
function tellMarks(svg, own) {
  const silent = svg.querySelectorAll('g[data-says=""]');
  const told = silent.length > 0 ? [...drawingOf(own)?.querySelectorAll("g > title") ?? []] : [];
  silent.forEach((mark, index) => {
    if (told.length !== silent.length) { mark.removeAttribute("data-says"); return; }
    mark.dataset.says = told[index].textContent;
    const node = told[index].parentNode.getAttribute("data-node");
    if (node !== null) mark.dataset.node = node;
  });
}

function elementsOf(address, words) {
  const svg = drawingOf(address);
  if (!svg) return null;
  purify(svg);
  svg.removeAttribute("aria-labelledby");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words);
  svg.classList.add("drawing");
  const adopted = document.importNode(svg, true);
  for (const title of adopted.querySelectorAll(":scope > title, :scope > desc")) title.remove();
  return adopted;
}

// Puts a drawing, as the width of the screen wants it, in the place of a picture or of its other form.
function draw(place, forms) {
  const form = isNarrow.matches && forms.narrow ? forms.narrow : forms.own;
  const svg = elementsOf(form, forms.words);
  if (!svg) return;
  if (form !== forms.own) tellMarks(svg, forms.own);
  svg.pictureAddress = forms.own;
  unregister(place);
  place.replaceWith(svg);
  drawn.set(svg, forms);
  drawn.delete(place);
  const plate = svg.closest(".plate");
  prepare(plate);
  register(plate);
}
const drawn = new Map();
isNarrow.addEventListener("change", () => { for (const [svg, forms] of [...drawn]) if (forms.narrow) draw(svg, forms); });

function enliven(picture) {
  const frame = picture.closest("picture");
  draw(frame ?? picture, {
    own: picture.getAttribute("src"), narrow: frame?.querySelector("source")?.getAttribute("srcset") ?? null, words: picture.alt,
  });
}

// A large drawing is put in when it is about to be seen.
function enlivenFigures() {
  const pictures = document.querySelectorAll("img.drawing");
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      if (entry.target.isConnected) enliven(entry.target);
    }
  }, { rootMargin: "600px" });
  for (const picture of pictures) observer.observe(picture);
  for (const plate of document.querySelectorAll(".plate:has(svg.timeline)")) prepare(plate);
}
