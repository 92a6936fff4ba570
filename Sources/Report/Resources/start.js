register(document);
followPointer(document.querySelector("main"));
enlivenFigures();
offerDownloads();
offerGraph();
offerProvenance();
offerCheck();

// Not every browser says when it has time.
const whenIdle = globalThis.requestIdleCallback ?? ((task) => setTimeout(task, 100));
// What was not seen yet is put in when there is time, so that it lights up with the rest.
const rest = () => {
  const picture = document.querySelector("img.drawing");
  if (!picture) return;
  enliven(picture);
  if (picture.isConnected) picture.classList.remove("drawing");
  whenIdle(rest);
};
whenIdle(rest, { timeout: 2000 });
whenIdle(() => readersOf(""), { timeout: 5000 });
performance.mark("answers");
