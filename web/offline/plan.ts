// What the service worker knows of the page: made when the page is built (web/offline/plugin.ts).

export interface Entry {
  /** Relative to the page. Where `fixed`, another content would have another address. */
  url: string;
  fixed: boolean;
  /** As of subresource integrity: what does not match is not kept. */
  integrity: string;
}

export interface Plan {
  /** A fingerprint of all files below. */
  build: string;
  /** Fetched before this build is in use: the page, its documentation, the samples. */
  page: Entry[];
  /** Fetched in idle time: the small models, and the runtime on the processor. */
  idle: Entry[];
  /** Kept when they were used: large models, and the runtime on the graphics card. */
  used: Entry[];
}

/** From the page to the service worker; what is answered, comes by the port that goes along. */
export type ToOffline =
  /** Answered by the build's name, which the page holds as a lock as long as it lives. */
  | { type: 'hello' }
  /** Fetch what is still missing, and of the large files those whose address begins so. Answered by true or false. */
  | { type: 'keep'; used: string[] }
  /** The files that another program shared. Answered by File[]; null where they are gone. */
  | { type: 'shared'; id: string }
  /** Take the place of the older build. */
  | { type: 'take_over' };
