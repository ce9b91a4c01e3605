// Files from the person: dropped (folders too), chosen, or the page's own samples.
import type { HandledFile } from './recent';

export interface Sample {
  title: string;
  files: string[];
}

/** More than this in one folder is no drop of recordings but a mistake. */
const mostFiles = 5000;

async function walk(entry: FileSystemEntry, path: string, found: HandledFile[]): Promise<void> {
  if (found.length > mostFiles) throw new Error(`More than ${mostFiles} files were dropped; drop fewer at a time.`);
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ name: path + file.name, data: file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    for (const inner of entries) await walk(inner, `${path}${entry.name}/`, found);
  }
}

/** The files of a drop, those in dropped folders with the folder in their names. */
export async function droppedFiles(transfer: DataTransfer): Promise<HandledFile[]> {
  // Both must be asked for before the first await: the browser empties the list afterwards.
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile(), handle: handleOf(item) }));
  const found: HandledFile[] = [];
  for (const { entry, file, handle } of entries) {
    const kept = await handle;
    if (entry?.isDirectory) await walk(entry, '', found);
    else if (file) found.push({ name: file.name, data: file, ...(kept ? { handle: kept } : {}) });
  }
  return found;
}

/** What the browser gives to find a dropped file again; null where it does not, or for a folder. */
async function handleOf(item: DataTransferItem): Promise<FileSystemFileHandle | null> {
  const { getAsFileSystemHandle } = item as { getAsFileSystemHandle?(): Promise<FileSystemHandle | null> };
  const handle = await getAsFileSystemHandle?.call(item).catch(() => null);
  return handle?.kind === 'file' ? (handle as FileSystemFileHandle) : null;
}

/** Opens the browser's file chooser; none if the person changes their mind. */
export async function chosenFiles(): Promise<HandledFile[]> {
  // With handles, so that the recording can be opened again; not every browser has them.
  const { showOpenFilePicker } = window as { showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]> };
  if (showOpenFilePicker) {
    try {
      const handles = await showOpenFilePicker.call(window, { multiple: true });
      return await Promise.all(handles.map(async (handle) => ({ name: handle.name, data: await handle.getFile(), handle })));
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return [];
    }
  }
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.hidden = true;
    input.addEventListener('change', () => {
      resolve([...(input.files ?? [])].map((file) => ({ name: file.name, data: file })));
      input.remove();
    });
    input.addEventListener('cancel', () => { resolve([]); input.remove(); });
    document.body.append(input);
    input.click();
  });
}

export async function sampleList(base: string): Promise<Sample[]> {
  const response = await fetch(new URL('samples/index.json', base));
  if (!response.ok) return [];
  return ((await response.json()) as { samples: Sample[] }).samples;
}

export async function sampleFiles(base: string, sample: Sample): Promise<HandledFile[]> {
  return Promise.all(sample.files.map(async (name) => {
    const response = await fetch(new URL(`samples/${name}`, base));
    if (!response.ok) throw new Error(`The sample ${name} did not load (${response.status}).`);
    return { name, data: await response.blob() };
  }));
}

/** Hands a file to the person. */
export function save(file: { name: string; bytes: Uint8Array<ArrayBuffer> }): void {
  const url = URL.createObjectURL(new Blob([file.bytes]));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
