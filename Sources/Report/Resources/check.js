// The page holds itself against its seal: SHA-256 over each part as it came, computed as SealWalk.swift does. Behind every
// piece of a part stands a mark that no piece may hold, so that no two pages have the same pieces.
const sealFormat = 2;

function plain(text) {
  const found = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.exec(text);
  if (found) throw new Error(`it holds the control character U+${found[0].charCodeAt(0).toString(16).padStart(4, "0")}`);
  return text;
}

function canonical(part) {
  const pieces = [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      // A parser moves white space about that stands directly in these.
      const isFrame = ["html", "head", "body"].includes(node.parentNode.localName);
      if (!isFrame || /[^\t\n ]/.test(node.data)) pieces.push(plain(node.data));
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) throw new Error("it holds a comment");
    if (node !== part && node.hasAttribute("data-seal")) {
      pieces.push("\u0007", plain(node.getAttribute("data-seal")), "\u0008");
      return;
    }
    pieces.push("\u0001", node.localName, "\u0002");
    for (const { name, value } of node.attributes) {
      if (node.localName === "details" && name === "open") continue;
      pieces.push(name, "\u0003", plain(value), "\u0004");
    }
    pieces.push("\u0005");
    if (!node.hasAttribute("data-unsealed")) for (const child of node.childNodes) visit(child);
    pieces.push("\u0006");
  };
  visit(part);
  return pieces.join("");
}

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What is for readers without a script is one text to a browser that runs scripts; its parts are looked at as well.
function unfoldNoscript(problems) {
  for (const noscript of pristine.querySelectorAll("noscript")) {
    if (noscript.firstElementChild) continue;
    const parsed = new DOMParser().parseFromString("<!DOCTYPE html><body>" + noscript.textContent, "text/html");
    const [head, body, ...others] = parsed.documentElement.childNodes;
    if (head.hasChildNodes() || body.hasAttributes() || parsed.documentElement.hasAttributes() || others.length > 0) {
      problems.push("What is for readers without a script is more than a piece of the page.");
    }
    noscript.replaceChildren(...body.childNodes);
  }
}

async function problemsOfPage() {
  const problems = [];
  const type = document.doctype;
  if (type?.name !== "html" || type.publicId || type.systemId) problems.push("The page does not begin with <!DOCTYPE html>.");
  if ([...document.childNodes].some((node) => node !== type && node !== document.documentElement)) {
    problems.push("Something stands outside of the page's element.");
  }
  // What a template hangs onto an element is shown in the place of its content, and is in no tree.
  if ([...document.querySelectorAll("*")].some((element) => element.shadowRoot)) problems.push("An element has a shadow tree.");
  unfoldNoscript(problems);
  const seal = pristine.querySelector("script#seal");
  const { format, parts: carried } = JSON.parse(seal.textContent);
  if (format !== sealFormat) throw new Error(`it is in format ${format ?? 1}, and the page knows ${sealFormat} only`);
  const found = [pristine, ...pristine.querySelectorAll("[data-seal]")];
  for (const [index, part] of carried.entries()) {
    const element = found[index];
    if (!element) { problems.push(`“${part.name}” is gone.`); break; }
    const name = element.getAttribute("data-seal");
    if (name !== part.name) { problems.push(`Where “${part.name}” was, there is “${name}”.`); break; }
    try {
      const now = await digest(canonical(element));
      if (now !== part.sha256) problems.push(`“${part.name}” was changed: its SHA-256 is ${now} and was ${part.sha256}.`);
    } catch (error) {
      problems.push(`“${part.name}” was changed: ${error.message}.`);
    }
  }
  if (found.length > carried.length) problems.push(`“${found[carried.length].getAttribute("data-seal")}” was added.`);
  const sum = await digest(`repro seal ${sealFormat}\n` + carried.map((part) => `${part.sha256} ${part.name}\n`).join(""));
  const shown = pristine.querySelector("#seal-root");
  if (shown.textContent !== sum || shown.firstElementChild) problems.push(`The digest shown for the seal is not ${sum}.`);
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
