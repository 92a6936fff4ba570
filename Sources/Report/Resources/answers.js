const tip = make("div", { class: "tip", hidden: true });
document.body.append(tip);

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
