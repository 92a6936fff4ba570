register(document);
followPointer(document.querySelector("main"));
enlivenFigures();
offerDownloads();
offerGraph();
offerProvenance();
offerCheck();

// What was not seen yet is put in when there is time, so that it lights up with the rest.
const rest = () => {
  const picture = document.querySelector("img.drawing");
  if (!picture) return;
  enliven(picture);
  if (picture.isConnected) picture.classList.remove("drawing");
  requestIdleCallback(rest);
};
requestIdleCallback(rest, { timeout: 2000 });
requestIdleCallback(() => readersOf(""), { timeout: 5000 });
performance.mark("answers");
