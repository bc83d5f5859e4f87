import type { PageAsk, PageContent, PagePost } from "../documents/pageMessages.ts";
import { draw, h, type Shape } from "./dom.ts";
import { IncidentPage, ticks } from "./incidentPage.ts";
import { requestShapes } from "./requestPage.ts";
import { scorecardShapes } from "./scorecardPage.ts";

/** The script of every page: draws what the extension posts, and counts seconds while something runs out. */

declare function acquireVsCodeApi(): {
  postMessage(message: PageAsk): void;
  getState(): { top?: number } | undefined;
  setState(state: object): void;
};

const editor = acquireVsCodeApi();
const root = document.getElementById("page")!;

/** How far this machine's clock is behind the extension's, which may be another machine's. Milliseconds. */
let behind = 0;
let shown: PagePost | null = null;
let render: ((now: number) => Shape[]) | null = null;
let timer: ReturnType<typeof setInterval> | null = null;

addEventListener("message", ({ data }: MessageEvent<PagePost>) => {
  if (typeof data?.at !== "number" || !data.ref) return;
  const first = shown === null;
  shown = data;
  behind = data.at - Date.now();
  render = renderer(data.content);
  redraw();
  if (first) {
    scrollTo(0, editor.getState()?.top ?? 0);
    // The newest drops are what people come for, where not all of them fit.
    const grid = document.querySelector(".grid")?.parentElement;
    if (grid) grid.scrollLeft = grid.scrollWidth;
  }
  keep();
  setTimer();
});

document.addEventListener("visibilitychange", setTimer);
// Once for each frame at most: where somebody reads is kept, so that a reload goes on from there.
let waits = false;
addEventListener(
  "scroll",
  () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      keep();
    });
  },
  { passive: true },
);

editor.postMessage({ kind: "ready" });

function keep(): void {
  if (shown) editor.setState({ ref: shown.ref, top: scrollY });
}

function redraw(): void {
  if (render) draw(root, render(Date.now() + behind));
}

/** Only while somebody can see it, and a clock runs. */
function setTimer(): void {
  const runs = shown?.content.page === "incident" && ticks(shown.content.view);
  const wanted = runs && document.visibilityState === "visible";
  if (wanted && timer === null) {
    redraw();
    timer = setInterval(redraw, 1000);
  } else if (!wanted && timer !== null) {
    clearInterval(timer);
    timer = null;
  }
}

function renderer(content: PageContent): (now: number) => Shape[] {
  switch (content.page) {
    case "incident": {
      const page = new IncidentPage(content.view, {
        ask: (kind, name) => editor.postMessage({ kind, name }),
      });
      return (now) => page.draw(now);
    }
    case "scorecard": {
      const shapes = scorecardShapes(content.view, content.formats, {
        incident: (id) => editor.postMessage({ kind: "incident", id }),
        save: (format) => editor.postMessage({ kind: "export", format }),
      });
      return () => shapes;
    }
    case "request":
      return (now) =>
        requestShapes(content.view, now, { vote: (vote) => editor.postMessage({ kind: "vote", vote }) });
    case "message":
      return () => [h("p", { key: "message", class: "lead" }, content.text)];
  }
}
