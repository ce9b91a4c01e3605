// The page without a network: its service worker (web/offline), what that holds, and the word that
// a newer version is there. Where the browser gives no service worker, the page does without.
import type { ToOffline } from '../offline/plan';
import type { HandledFile } from './recent';
import type { Session } from './session';

/** `page`: the page opens without a network. `all`: recordings are analysed too. */
export type OfflineState = 'none' | 'page' | 'all';

function ask(worker: ServiceWorker, message: ToOffline): Promise<unknown> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => { port1.close(); resolve(data); };
    worker.postMessage(message, [port2]);
  });
}

const find = (id: string) => document.getElementById(id)!;

export class Offline {
  state: OfflineState = 'none';
  private registration: ServiceWorkerRegistration | null = null;
  private active: ServiceWorker | null = null;
  /** A newer version waits, and nobody has said "later". */
  private newer = false;
  private changing = false;
  private kept = '';

  constructor(private readonly base: string, private readonly session: Session) {
    find('newer-now').addEventListener('click', () => this.change());
    find('newer-later').addEventListener('click', () => {
      this.newer = false;
      find('newer').hidden = true;
      find('canvas').focus({ preventScroll: true });
    });
  }

  async start(): Promise<void> {
    const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
    if (!serviceWorker) return;
    const had = serviceWorker.controller !== null;
    const registration = await serviceWorker.register(new URL('sw.js', this.base), { scope: this.base }).catch(() => undefined);
    if (!registration) return;
    this.registration = registration;
    // The newer version is in use now. Only where a person asked for it, the page follows.
    serviceWorker.addEventListener('controllerchange', () => { if (this.changing) location.reload(); });
    if (had) this.watch(registration);
    this.active = registration.active ?? await this.activated(registration);
    if (!this.active) return;
    this.become('page');
    const name = await ask(this.active, { type: 'hello' });
    // For life: as long as this page is open, the files of its version stay.
    if (typeof name === 'string') void navigator.locks?.request(name, { mode: 'shared' }, () => new Promise(() => undefined));

    this.session.listen((message) => {
      if (message.type === 'done' || (message.type === 'message' && message.message.type === 'provider')) this.keepLater();
      if (message.type === 'done' || message.type === 'failed') this.offer();
    });
    this.keepLater();
  }

  /** Looks out for a newer version. */
  private watch(registration: ServiceWorkerRegistration): void {
    const found = () => { this.newer = true; this.offer(); };
    if (registration.waiting) found();
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => { if (installing.state === 'installed') found(); });
    });
  }

  /** Never in the middle of work. */
  private offer(): void {
    if (this.newer && this.session.state.phase !== 'busy') find('newer').hidden = false;
  }

  /** A person wants the newer version: the page is loaded anew. */
  private change(): void {
    this.changing = true;
    const { waiting } = this.registration ?? {};
    if (waiting) waiting.postMessage({ type: 'take_over' } satisfies ToOffline);
    else location.reload();
  }

  /** Once a network has answered, the rest of what an analysis needs is fetched when there is nothing else to do. */
  private keepLater(): void {
    const { provider, self_test, model } = this.session.state;
    if (!provider || !this.active) return;
    const used = model ? [`models/${model.name}.onnx`] : [];
    if (provider.current === 'webgpu' || self_test) used.push('ort/');
    if (used.join() === this.kept) return;
    this.kept = used.join();
    const idle = (window as { requestIdleCallback?(callback: () => void): void }).requestIdleCallback;
    (idle ?? ((callback) => setTimeout(callback, 2000))).call(window, () => {
      void ask(this.active!, { type: 'keep', used }).then((all) => {
        if (all === true) this.become('all');
        else this.kept = '';  // the network went away, or the disk is full: tried again after the next job
      });
    });
  }

  private become(state: OfflineState): void {
    this.state = state;
    find('offline').textContent = state === 'all' ? 'Ready to work without a network.' : '';
  }

  /** The first service worker, once it holds the page; null where it could not be had. */
  private activated(registration: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
    const worker = registration.installing ?? registration.waiting;
    if (!worker) return Promise.resolve(null);
    return new Promise((resolve) => {
      worker.addEventListener('statechange', () => {
        if (worker.state === 'activated') resolve(worker);
        if (worker.state === 'redundant') resolve(null);
      });
    });
  }
}

/** Files that the system opens with the page, or that another program shared with it. */
export function receiveFiles(base: string, take: (files: HandledFile[]) => void, lost: () => void): void {
  const { launchQueue } = window as { launchQueue?: { setConsumer(consumer: (launch: { files: readonly FileSystemFileHandle[] }) => void): void } };
  launchQueue?.setConsumer(({ files }) => {
    if (files.length === 0) return;
    void Promise.all(files.map(async (handle) => ({ name: handle.name, data: await handle.getFile(), handle }))).then(take, lost);
  });

  const id = new URLSearchParams(location.search).get('shared');
  if (id === null) return;
  history.replaceState(null, '', base);
  const { controller } = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker ?? {};
  if (!controller) { lost(); return; }
  void ask(controller, { type: 'shared', id }).then((files) => {
    if (Array.isArray(files) && files.length > 0) take((files as File[]).map((file) => ({ name: file.name, data: file })));
    else lost();
  });
}
