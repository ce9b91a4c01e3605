// Recordings that were opened before, for a page that was reloaded: their files' handles, where the
// browser has such. The files stay where they are; nothing of them is copied.
import type { InputFile } from './worker_messages';

const database = 'telltale.recent';
const table = 'recent';
const most = 8;

/** Chromium's; absent in the DOM's types so far. */
interface Handle extends FileSystemFileHandle {
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
}

export interface HandledFile extends InputFile {
  handle?: FileSystemFileHandle;
}

export interface Recent {
  /** The recording's name. */
  name: string;
  /** "MLII, V1   0:30:05" */
  says: string;
  opened: number;
  files: { name: string; handle: FileSystemFileHandle }[];
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(table, { keyPath: 'name' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser gives no storage'));
  });
  try {
    const transaction = opened.transaction(table, mode);
    const request = work(transaction.objectStore(table));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('the browser refused'));
    });
  } finally {
    opened.close();
  }
}

/** The last first; none where the browser keeps nothing. */
export async function recentRecordings(): Promise<Recent[]> {
  const all = await run<Recent[]>('readonly', (store) => store.getAll() as IDBRequest<Recent[]>).catch(() => []);
  return all.sort((a, b) => b.opened - a.opened).slice(0, most);
}

/** Remembers a recording, where all its files have handles. */
export async function rememberRecording(name: string, says: string, files: HandledFile[]): Promise<void> {
  const handled = files.flatMap(({ name: file, handle }) => (handle ? [{ name: file, handle }] : []));
  if (handled.length === 0 || handled.length < files.length) return;
  try {
    await run('readwrite', (store) => store.put({ name, says, opened: Date.now(), files: handled } satisfies Recent));
    for (const old of (await run<Recent[]>('readonly', (store) => store.getAll() as IDBRequest<Recent[]>))
      .sort((a, b) => b.opened - a.opened).slice(most)) {
      await run('readwrite', (store) => store.delete(old.name));
    }
  } catch { /* not remembered */ }
}

/** Its files again; the browser may ask the person first. An error says why not. */
export async function reopenFiles(recent: Recent): Promise<HandledFile[]> {
  return Promise.all(recent.files.map(async ({ name, handle }) => {
    const known = handle as Handle;
    const state = await known.queryPermission?.({ mode: 'read' });
    if (state !== undefined && state !== 'granted' && (await known.requestPermission?.({ mode: 'read' })) !== 'granted') {
      throw new Error(`The browser was not allowed to read ${name}.`);
    }
    const data = await handle.getFile().catch(() => null);
    if (!data) throw new Error(`${name} is not where it was. Open the recording anew.`);
    return { name, data, handle };
  }));
}
