// Files that the page holds are given from it, so that it needs no other.
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function pictureOf(figure) {
  const drawing = figure.querySelector(".plate svg, .plate img");
  return drawing.pictureAddress ?? drawing.src;
}

// One figure alone on paper, or as the PDF that the browser makes of it: lines and letters, also where the page came without
// the files beside it.
function printAlone(figure) {
  root.classList.add("one-figure");
  figure.classList.add("printed");
  addEventListener("afterprint", () => {
    root.classList.remove("one-figure");
    figure.classList.remove("printed");
  }, { once: true });
  print();
}

function offerDownloads() {
  for (const links of document.querySelectorAll("figure .downloads")) {
    const figure = links.closest("figure");
    const label = figure.querySelector("figcaption b")?.textContent.replace(/\.$/, "") ?? "this figure";
    links.append(make("button", { type: "button", "aria-label": `Print ${label}`, onclick: () => printAlone(figure) }, "Print"));
  }
  for (const link of document.querySelectorAll("a[data-from-page]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const address = pictureOf(link.closest("figure"));
      if (link.dataset.fromPage === "svg") {
        save(new Blob([bytesOf(address)], { type: "image/svg+xml" }), link.download);
        return;
      }
      const failed = () => say("This browser could not make the picture.");
      const picture = new Image();
      picture.src = address;
      try {
        await picture.decode();
      } catch {
        failed();
        return;
      }
      const canvas = make("canvas", { width: 2 * picture.naturalWidth, height: 2 * picture.naturalHeight });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => { if (blob) save(blob, link.download); else failed(); }, "image/png");
    });
  }
}
