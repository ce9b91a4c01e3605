// Reviews kept in the browser (IndexedDB), by the recording's fingerprint: there again after a
// reload or a crash. Runs in the worker, beside the core that they come from.
const database = 'telltale';
const table = 'reviews';

interface Kept {
  fingerprint: string;
  /** A session file's text. */
  session: string;
  changed: number;
  /** Absent in what older versions wrote. */
  version?: string;
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

/** A review as it lies in the browser; its version changes with every writing. */
export interface KeptReview {
  session: string;
  version: string;
}

/** The review of that recording, if there is one. */
export async function keptReview(fingerprint: string): Promise<KeptReview | null> {
  const kept = await run<Kept | undefined>('readonly', (store) => store.get(fingerprint) as IDBRequest<Kept | undefined>);
  return kept ? { session: kept.session, version: kept.version ?? '' } : null;
}

/**
 * Writes the review, unless another tab has written since `known` (the version last read or written
 * here; null: none). Then nothing is written, and what the other tab wrote is given back.
 */
export async function keepReview(
  fingerprint: string, session: string, known: string | null,
): Promise<{ version: string } | { other: KeptReview }> {
  const version = crypto.randomUUID();
  let other: KeptReview | null = null;
  await run('readwrite', (store) => {
    const request = store.get(fingerprint) as IDBRequest<Kept | undefined>;
    request.onsuccess = () => {
      const kept = request.result;
      if (kept && (kept.version ?? '') !== known) {
        other = { session: kept.session, version: kept.version ?? '' };
        return;
      }
      store.put({ fingerprint, session, changed: Date.now(), version } satisfies Kept);
    };
    return request;
  });
  return other ? { other } : { version };
}
