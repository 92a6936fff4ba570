// Drawings come as pictures, which nothing can be asked. They are put in again as elements, with what may be drawn and
// nothing else, and their points answer: to the pointer, and to the arrow keys.
const drawable = new Set(["svg", "g", "title", "desc", "defs", "clipPath", "linearGradient", "radialGradient", "stop", "path",
  "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image", "use", "marker", "pattern", "mask"]);
const tip = make("div", { class: "tip", hidden: true });
document.body.append(tip);

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

function bytesOf(address) {
  return Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (c) => c.charCodeAt(0));
}

function enliven(picture) {
  const text = new TextDecoder().decode(bytesOf(picture.src));
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const svg = parsed.documentElement;
  if (svg.localName !== "svg" || parsed.querySelector("parsererror")) return;
  purify(svg);
  svg.removeAttribute("aria-labelledby");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", picture.alt);
  svg.classList.add("drawing");
  const adopted = document.importNode(svg, true);
  adopted.pictureAddress = picture.src;
  for (const title of adopted.querySelectorAll(":scope > title, :scope > desc")) title.remove();
  picture.replaceWith(adopted);
  const plate = adopted.closest(".plate");
  prepare(plate);
  register(plate);
}

// Words that a browser would show by itself, late and small, become the page's own.
function prepare(plate) {
  const points = [];
  for (const title of plate.querySelectorAll("g > title")) {
    title.parentNode.dataset.says = title.textContent;
    points.push(title.parentNode);
    title.remove();
  }
  if (points.length === 0) return;
  plate.setAttribute("aria-label", plate.getAttribute("aria-label") + ": arrow keys go from point to point, Enter opens what "
    + "made it");
  let current = -1;
  const leave = () => { tip.hidden = true; light(null); };
  const show = (point) => {
    tip.textContent = point.dataset.says;
    tip.hidden = false;
    const box = point.getBoundingClientRect();
    const [width, height] = [tip.offsetWidth, tip.offsetHeight];
    const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), document.documentElement.clientWidth - width - 8);
    const above = box.top - height - 8;
    tip.style.left = left + "px";
    tip.style.top = (above > 4 ? above : box.bottom + 8) + "px";
    light(point.dataset.node ?? null);
  };
  plate.addEventListener("pointermove", (event) => {
    const point = event.target.closest("[data-says]");
    if (point) { current = points.indexOf(point); show(point); } else leave();
  });
  plate.addEventListener("pointerleave", leave);
  plate.addEventListener("blur", leave);
  plate.addEventListener("click", (event) => {
    const point = event.target.closest("[data-says]");
    if (point?.dataset.node) open(point.dataset.node);
  });
  plate.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (step !== undefined) current = Math.min(Math.max(current < 0 && step < 0 ? points.length - 1 : current + step, 0), points.length - 1);
    else if (event.key === "Home") current = 0;
    else if (event.key === "End") current = points.length - 1;
    else if (event.key === "Escape") { leave(); return; }
    else if (event.key === "Enter" && current >= 0 && points[current].dataset.node) { open(points[current].dataset.node); return; }
    else return;
    event.preventDefault();
    points[current].scrollIntoView({ block: "nearest", inline: "nearest" });
    show(points[current]);
    say(points[current].dataset.says);
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
