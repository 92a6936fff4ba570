// What tells of one thing lights up together: points, cells of tables, boxes of the graph, bars of the timeline.
const marks = new Map();
function register(scope) {
  for (const element of scope.querySelectorAll("[data-node]")) {
    const group = groupOf(element.dataset.node);
    if (!marks.has(group)) marks.set(group, new Set());
    marks.get(group).add(element);
  }
}
function unregister(scope) {
  for (const element of scope.querySelectorAll("[data-node]")) marks.get(groupOf(element.dataset.node))?.delete(element);
}
let lit = [];
let held = null;
function light(name) {
  for (const element of lit) element.classList.remove("lit");
  lit = [];
  const wanted = [name, held].filter((each) => each !== null).map(groupOf);
  for (const group of new Set(wanted)) {
    for (const element of marks.get(group) ?? []) {
      element.classList.add("lit");
      lit.push(element);
    }
  }
}
function hold(name) {
  held = name;
  light(null);
}
function followPointer(scope) {
  const nameAt = (event) => event.target.closest?.("[data-node]")?.dataset.node ?? null;
  scope.addEventListener("pointerover", (event) => light(nameAt(event)));
  scope.addEventListener("pointerleave", () => light(null));
  scope.addEventListener("focusin", (event) => light(nameAt(event)));
  scope.addEventListener("focusout", () => light(null));
}
