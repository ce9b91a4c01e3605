// The review in this browser: read when a recording is taken into use, written after every change,
// and joined with what other tabs of the same recording write.
import type { Workflow } from './core';
import { joinReviews, sameReview } from './reviews';
import { keepReview, keptReview, type KeptReview } from './store';
import type { FromWorker } from './worker_messages';

/** Tabs tell each other here that they wrote a review. */
interface Written {
  fingerprint: string;
  version: string;
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

export class ReviewKeeper {
  private keeping: Promise<void> = Promise.resolve();
  private unkept = false;
  private failed = false;
  /** Why the kept review cannot be read by this version; then it is left as it is. */
  private unread = '';
  /** The kept review as it was last read or written here. */
  private base: KeptReview | null = null;
  private readonly tabs: BroadcastChannel | null;
  private toldOfTabs = false;

  /** `fatal` ends the worker where the core cannot be trusted any more, and says whether it did. */
  constructor(
    private readonly workflow: Workflow, private readonly post: (message: FromWorker) => void,
    private readonly drive: () => void, private readonly fatal: (error: unknown) => boolean,
  ) {
    this.tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('telltale.reviews');
    if (this.tabs) this.tabs.onmessage = (event: MessageEvent<Written>) => this.hear(event.data);
  }

  /** What was still to be written of the recording before is written. */
  settled(): Promise<void> {
    return this.keeping;
  }

  /** The review of that recording: the one given, or that which the browser keeps; empty: none. */
  async restore(fingerprint: string, given: string): Promise<string> {
    this.base = null;
    this.toldOfTabs = false;
    this.unkept = false;
    this.unread = '';
    this.failed = false;
    this.base = await keptReview(fingerprint).catch(() => null);
    if (this.base) this.unread = this.workflow.check(this.base.session, 'the review in this browser');
    if (this.unread) {
      this.inTurn(() => this.readable());
      return given;
    }
    if (this.base && (given === '' || given === this.base.session)) this.say('kept');
    return given || (this.base?.session ?? '');
  }

  /** Writes the review. Changes that come while one is being written are written together. */
  keep(): void {
    this.unkept = true;
    if (!this.failed) this.say('writing');
    this.inTurn(async () => {
      await this.readable();
      while (this.unkept) {
        this.unkept = false;
        const fingerprint = this.workflow.fingerprint();
        const mine = this.workflow.session();
        const result = await keepReview(fingerprint, mine, this.base?.version ?? null);
        if (this.workflow.fingerprint() !== fingerprint) return;  // another recording meanwhile
        if ('version' in result) {
          this.base = { session: mine, version: result.version };
          this.tabs?.postMessage({ fingerprint, version: result.version } satisfies Written);
        } else {
          this.join(result.other);
        }
      }
      this.failed = false;
      this.say('kept');
    });
  }

  private hear({ fingerprint, version }: Written): void {
    if (this.workflow.fingerprint() !== fingerprint) return;
    this.inTurn(async () => {
      if (this.base?.version === version) return;
      const other = await keptReview(fingerprint);
      if (other && this.workflow.fingerprint() === fingerprint && other.version !== this.base?.version) this.join(other);
    });
  }

  /** Another tab changed the review of this recording: its changes and those made here are both kept. */
  private join(other: KeptReview): void {
    this.unread = this.workflow.check(other.session, 'the review of another tab');
    if (this.unread) throw new Error(this.unread);
    const joined = joinReviews(this.base?.session ?? '', this.workflow.session(), other.session);
    this.base = other;
    const wrong = this.workflow.adopt(joined, 'the review of another tab');
    if (wrong) throw new Error(wrong);
    if (!this.toldOfTabs) {
      this.toldOfTabs = true;
      this.post({ type: 'message', message: { type: 'notice',
        text: 'This recording is open in another tab too. Changes made there and here are joined.' } });
    }
    this.drive();
    if (!sameReview(joined, other.session)) this.keep();
  }

  /** A review that this version cannot read is somebody's work: nothing is written over it. */
  private async readable(): Promise<void> {
    if (this.unread) throw new Error(`${this.unread}; it stays as it is, and changes made here are not kept`);
  }

  /** Reading and writing of the kept review, one after the other. */
  private inTurn(work: () => Promise<void>): void {
    this.keeping = this.keeping.then(work).catch((error: unknown) => {
      if (this.fatal(error)) return;
      this.say('refused');
      if (this.failed) return;
      this.failed = true;
      this.post({ type: 'message', message: { type: 'error',
        text: `This browser does not keep the review (${text(error)}). Save it as a session file.` } });
    });
  }

  private say(state: 'writing' | 'kept' | 'refused'): void {
    this.post({ type: 'message', message: { type: 'storage', state } });
  }
}
