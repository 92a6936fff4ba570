// The page holds itself against its seal: SHA-256 over each part as it came, computed as PageSeal.swift does.
function canonical(element) {
  const pieces = [];
  const visit = (node, isPart) => {
    if (node.nodeType === Node.TEXT_NODE) { pieces.push(node.data); return; }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (!isPart && node.hasAttribute("data-seal")) { pieces.push("\u0005" + node.getAttribute("data-seal")); return; }
    pieces.push("\u0001" + node.localName);
    const attributes = [...node.attributes].sort((a, b) => a.name < b.name ? -1 : 1);
    for (const { name, value } of attributes) {
      if (node.localName === "details" && name === "open") continue;
      pieces.push("\u0002" + name + "\u0003" + value);
    }
    if (!node.hasAttribute("data-unsealed")) for (const child of node.childNodes) visit(child, false);
    pieces.push("\u0004");
  };
  visit(element, true);
  return pieces.join("");
}

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function problemsOfPage() {
  // Parts stand in what is for readers without a script, too.
  for (const noscript of pristine.querySelectorAll("noscript")) {
    if (!noscript.firstElementChild) noscript.replaceChildren(...contentOf(noscript).childNodes);
  }
  const carried = JSON.parse(pristine.querySelector("#seal").textContent).parts;
  const found = [...pristine.querySelectorAll("[data-seal]")];
  const problems = [];
  for (const [index, part] of carried.entries()) {
    const element = found[index];
    if (!element) { problems.push(`“${part.name}” is gone.`); break; }
    const name = element.getAttribute("data-seal");
    if (name !== part.name) { problems.push(`Where “${part.name}” was, there is “${name}”.`); break; }
    const now = await digest(canonical(element));
    if (now !== part.sha256) problems.push(`“${part.name}” was changed: its SHA-256 is ${now} and was ${part.sha256}.`);
  }
  if (found.length > carried.length) problems.push(`“${found[carried.length].getAttribute("data-seal")}” was added.`);
  const sum = await digest(carried.map((part) => `${part.sha256} ${part.name}\n`).join(""));
  if (pristine.querySelector("#seal-root").textContent !== sum) problems.push(`The digest shown for the seal is not ${sum}.`);
  return { count: carried.length, problems };
}

function offerCheck() {
  const place = document.querySelector(".check");
  if (!place || !pristine.querySelector("#seal")) return;
  const result = make("div", { class: "result", role: "status" });
  const button = make("button", { type: "button" }, "Check this page");
  button.addEventListener("click", async () => {
    if (!globalThis.crypto?.subtle) {
      result.replaceChildren(make("p", { class: "fails" },
        "This browser computes no digests for a page that came over plain HTTP. Open it from disk or over HTTPS."));
      return;
    }
    button.disabled = true;
    try {
      const { count, problems } = await problemsOfPage();
      result.replaceChildren(problems.length === 0
        ? make("p", { class: "holds" }, `All ${count} parts of this page have the digests that it was sealed with.`)
        : make("ul", { class: "fails" }, ...problems.map((problem) => make("li", {}, problem))));
    } catch (error) {
      result.replaceChildren(make("p", { class: "fails" }, `The seal cannot be read: ${error.message}.`));
    }
    button.disabled = false;
  });
  place.append(make("p", { class: "tools" }, button), result);
}
