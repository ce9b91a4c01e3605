// What the browser tests find in the page beside the DOM's own types: they look elements up by their
// place, and leave things in the window for a later look.
interface Element {
  click(): void;
  value: any;
  options: any;
  files: any;
  open: any;
  getContext(kind: string): any;
}
interface Window {
  workers: Worker[];
  showOpenFilePicker: unknown;
  droppedAt: number;
  lastFrames: number;
  lost: { loseContext(): void; restoreContext(): void };
  seen: string[];
  looked: boolean;
  held: (() => void)[];
  go(): void;
}
interface PerformanceEntry {
  encodedBodySize: number;
}
