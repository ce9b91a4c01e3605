// The command palette: every command of the window, found by typing a part of its name. A real
// dialog of the page, so that phones show their keyboard and screen readers read the list.
import type { NamedCommand } from './protocol';

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** How well words match a title: 0 not at all, more is better. Each word must be there. */
export function matches(query: string, title: string): number {
  const text = title.toLowerCase();
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  let score = 1;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) return 0;
    if (at === 0) score += 3;
    else if (text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))) score += 2;
    else score += 1;
  }
  return score;
}

export class Palette {
  private readonly dialog = find<HTMLDialogElement>('palette');
  private readonly search = find<HTMLInputElement>('palette-search');
  private readonly list = find('palette-list');
  private commands: NamedCommand[] = [];
  private shown: NamedCommand[] = [];
  private at = 0;

  /** `ask` gives the commands as things stand; `run` does one. */
  constructor(private readonly ask: () => NamedCommand[], private readonly run: (name: string) => void) {
    this.search.addEventListener('input', () => this.fill());
    this.search.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown') this.mark(this.at + 1);
      else if (event.key === 'ArrowUp') this.mark(this.at - 1);
      else if (event.key === 'Enter') this.choose(this.shown[this.at]);
      // A search field would only clear its text.
      else if (event.key === 'Escape') this.dialog.close();
      else return;
      event.preventDefault();
    });
    this.dialog.addEventListener('close', () => find('canvas').focus({ preventScroll: true }));
    // A press beside the dialog's content closes it.
    this.dialog.addEventListener('click', (event) => { if (event.target === this.dialog) this.dialog.close(); });
    addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (this.dialog.open) this.dialog.close();
      else this.open();
    }, true);
  }

  open(): void {
    // Another question comes first.
    if (document.querySelector('dialog[open]')) return;
    this.commands = this.ask();
    if (this.commands.length === 0) return;
    this.search.value = '';
    this.dialog.showModal();
    this.search.focus();
    this.fill();
  }

  /** Those that match, best first; those that cannot be used now stand last. */
  private fill(): void {
    this.shown = this.commands
      .map((command, order) => ({ command, order, score: matches(this.search.value, command.title) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => Number(b.command.enabled) - Number(a.command.enabled) || b.score - a.score || a.order - b.order)
      .map(({ command }) => command);
    this.list.replaceChildren(...this.shown.map((command, index) => {
      const option = document.createElement('div');
      option.id = `palette-${index}`;
      option.role = 'option';
      option.setAttribute('aria-disabled', String(!command.enabled));
      const title = document.createElement('span');
      title.textContent = command.title;
      option.append(title);
      if (command.keys !== '') {
        const keys = document.createElement('kbd');
        keys.textContent = command.keys;
        option.append(keys);
      }
      option.addEventListener('click', () => this.choose(command));
      return option;
    }));
    find('palette-none').hidden = this.shown.length > 0;
    this.mark(0);
  }

  private mark(index: number): void {
    this.at = Math.max(0, Math.min(this.shown.length - 1, index));
    [...this.list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === this.at)));
    this.search.setAttribute('aria-activedescendant', this.shown.length > 0 ? `palette-${this.at}` : '');
    this.list.children[this.at]?.scrollIntoView({ block: 'nearest' });
  }

  private choose(command: NamedCommand | undefined): void {
    if (!command?.enabled) return;
    this.dialog.close();
    this.run(command.name);
  }
}
