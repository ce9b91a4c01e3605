// Reviews kept in the browser (IndexedDB), by the recording's fingerprint: there again after a
// reload or a crash. Runs in the worker, beside the core that they come from.
const database = 'telltale';
const table = 'reviews';

interface Kept {
  fingerprint: string;
  /** A session file's text. */
  session: string;
  changed: number;
}

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(table, { keyPath: 'fingerprint' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser gives no storage'));
    request.onblocked = () => reject(new Error('another tab holds an older version open'));
  });
  opened.catch(() => { opened = null; });
  return opened;
}

async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction(table, mode);
  const request = work(transaction.objectStore(table));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error('the browser refused'));
  });
}

/** The session file's text, if there is a review of that recording. */
export async function keptReview(fingerprint: string): Promise<string | null> {
  const kept = await run<Kept | undefined>('readonly', (store) => store.get(fingerprint) as IDBRequest<Kept | undefined>);
  return kept?.session ?? null;
}

export async function keepReview(fingerprint: string, session: string): Promise<void> {
  await run('readwrite', (store) => store.put({ fingerprint, session, changed: Date.now() } satisfies Kept));
}
