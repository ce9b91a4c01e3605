// What is remembered between visits. Nothing of any recording is.
import type { ProviderChoice } from './worker_messages';

export type Theme = 'light' | 'dark' | 'contrast';

export interface Settings {
  theme: Theme;
  provider: ProviderChoice;
  model: string;
}

const prefix = 'telltale.';

// Storage may be forbidden (private windows, blocked cookies); then nothing is remembered.
function read(key: string): string | null {
  try { return localStorage.getItem(prefix + key); } catch { return null; }
}

export function remember<K extends keyof Settings>(key: K, value: Settings[K]): void {
  try { localStorage.setItem(prefix + key, value); } catch { /* not remembered */ }
}

export function settings(): Settings {
  const theme = read('theme');
  const provider = read('provider');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const contrast = matchMedia('(prefers-contrast: more)').matches;
  return {
    theme: theme === 'light' || theme === 'dark' || theme === 'contrast'
      ? theme : contrast ? 'contrast' : dark ? 'dark' : 'light',
    provider: provider === 'wasm' || provider === 'webgpu' ? provider : 'auto',
    model: read('model') ?? '',
  };
}
