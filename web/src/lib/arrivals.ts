import { isDead, sameBox } from "./hold";
import type { Arrival, Box, Point } from "./hold";

const watched = new Map<HTMLElement, Arrival>();
let pointer: Point | null = null;
let observer: MutationObserver | null = null;

/** On the page, not in the window: whoever scrolls brings a button under the pointer on purpose. */
function boxOf(element: HTMLElement): Box {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return { left: left + scrollX, top: top + scrollY, right: right + scrollX, bottom: bottom + scrollY };
}

function follow(event: PointerEvent): void {
  pointer = { x: event.clientX, y: event.clientY };
}

function pointerOnPage(): Point | null {
  return pointer && { x: pointer.x + scrollX, y: pointer.y + scrollY };
}

function look(): void {
  for (const [element, arrival] of watched) {
    const box = boxOf(element);
    if (!sameBox(box, arrival.box)) watched.set(element, { at: performance.now(), box, pointer: pointerOnPage() });
  }
}

function start(): void {
  if (observer) return;
  observer = new MutationObserver(look);
  observer.observe(document.body, { childList: true, subtree: true });
}

/** From the beginning: a pointer that rests was moved before the first button came. */
window.addEventListener("pointermove", follow, { capture: true, passive: true });
window.addEventListener("pointerdown", follow, { capture: true, passive: true });

/** Notes when a button comes to its place, or to another one; returns the function that ends it. */
export function watchArrival(element: HTMLElement): () => void {
  start();
  watched.set(element, { at: performance.now(), box: boxOf(element), pointer: pointerOnPage() });
  return () => {
    watched.delete(element);
    if (watched.size > 0) return;
    observer?.disconnect();
    observer = null;
  };
}

/** Whether the button came under the resting pointer just now. */
export function cameToPointer(element: HTMLElement): boolean {
  look();
  const arrival = watched.get(element);
  return arrival !== undefined && isDead(arrival, performance.now());
}
