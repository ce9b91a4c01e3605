// Reviews of one recording made in several places at once (two tabs): joined, so that nobody's
// work is lost. A review is the text of a session file.

interface Review {
  changes: { sample: number; label: string | null }[];
  /** Beats that a person was asked about, in the order of the questions. */
  answers?: number[];
  notes: string;
  beat_notes: { sample: number; text: string }[];
  /** What a person called stretches; an older review has none. */
  stretches?: Stretch[];
}

interface Stretch { first: number; last: number; name: string; text?: string }

interface SessionFile {
  review: Review;
  [key: string]: unknown;
}

type Places = Map<number, string | null>;

const changes = (review: Review | null): Places => new Map((review?.changes ?? []).map(({ sample, label }) => [sample, label]));
const remarks = (review: Review | null): Places => new Map((review?.beat_notes ?? []).map(({ sample, text }) => [sample, text]));

/** Place by place: mine where I changed it since `base`, else theirs. */
function joinPlaces(base: Places, mine: Places, theirs: Places): Places {
  const joined: Places = new Map(theirs);
  for (const sample of new Set([...base.keys(), ...mine.keys()])) {
    if (mine.get(sample) === base.get(sample) && mine.has(sample) === base.has(sample)) continue;
    if (mine.has(sample)) joined.set(sample, mine.get(sample)!);
    else joined.delete(sample);
  }
  return new Map([...joined].sort(([a], [b]) => a - b));
}

function joinNotes(base: string, mine: string, theirs: string): string {
  if (mine === base || mine === theirs) return theirs;
  if (theirs === base || mine.includes(theirs)) return mine;
  return theirs.includes(mine) ? theirs : `${theirs}\n\n${mine}`;
}

/** Theirs without what I took back since `base`, then those that I made since. `key` tells what is the same. */
function joinLists<T>(base: T[], mine: T[], theirs: T[], key: (item: T) => unknown): T[] {
  const [had, have, there] = [base, mine, theirs].map((list) => new Set(list.map(key)));
  return [
    ...theirs.filter((item) => have!.has(key(item)) || !had!.has(key(item))),
    ...mine.filter((item) => !had!.has(key(item)) && !there!.has(key(item))),
  ];
}

/** `mine` and `theirs` grew from `base` (empty: from nothing). Where both changed the same, mine holds. */
export function joinReviews(base: string, mine: string, theirs: string): string {
  const read = (text: string) => (text === '' ? null : (JSON.parse(text) as SessionFile));
  const before = read(base)?.review ?? null;
  const file = read(mine)!;
  const other = read(theirs)!.review;
  return JSON.stringify({
    ...file,
    review: {
      ...file.review,
      changes: [...joinPlaces(changes(before), changes(file.review), changes(other))].map(([sample, label]) => ({ sample, label })),
      answers: joinLists(before?.answers ?? [], file.review.answers ?? [], other.answers ?? [], (sample) => sample),
      notes: joinNotes(before?.notes ?? '', file.review.notes, other.notes),
      beat_notes: [...joinPlaces(remarks(before), remarks(file.review), remarks(other))].map(([sample, text]) => ({ sample, text })),
      // Mine come last: where both speak of a place they hold.
      stretches: joinLists(before?.stretches ?? [], file.review.stretches ?? [], other.stretches ?? [], (s) => JSON.stringify([s.first, s.last, s.name, s.text ?? ''])),
    },
  });
}

/** Whether two session files say the same of the beats, whatever steps led there. */
export function sameReview(a: string, b: string): boolean {
  const key = (text: string) => {
    const { review } = JSON.parse(text) as SessionFile;
    return JSON.stringify([[...changes(review)], review.answers ?? [], review.notes, [...remarks(review)], review.stretches ?? []]);
  };
  return key(a) === key(b);
}
