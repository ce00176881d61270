import { createHash } from 'node:crypto';
import { type Entry, type Head, headOf, type Line, lineOf, newerFormIn } from './audit-form.ts';
import { NotVerified, verifyJws } from './jws.ts';

// Whoever holds an export of the audit can check it with this file, audit-form.ts and jws.ts alone, or with a program of
// their own: the form is in docs/how-to/audit.md. It shares nothing with what wrote the chain, and imports nothing but Node.

const headTyp = 'tact-audit-head';
const genesis = '0'.repeat(64);

/** RFC 8785, of objects, lists, texts and whole numbers: the members sorted, without a space. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
};

const sha256 = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex');

type EntryLine = Extract<Line, { kind: 'entry' }>;
type Span = { readonly from: number; readonly to: number };

const span = (from: number, to: number): string =>
  from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`;

export type AuditSummary = {
  readonly tenant: string;
  readonly entries: number;
  /** Of erased persons: that something was done is known, to whom is not. */
  readonly blanked: number;
  readonly signatures: number;
  /** When the last signature was made. */
  readonly signedAt: string;
};

const notOfForm = (line: number, newer: number | undefined): string =>
  newer === undefined
    ? `Line ${line} is not of the published form of an export.`
    : `Line ${line} is of form ${newer}, which a later release wrote: check it with that one.`;

/** Reads an export line by line and says what is wrong with it, entry by entry. */
export class AuditCheck {
  readonly findings: string[] = [];
  /** The hash of every entry, for a later export to be compared with. */
  readonly hashes = new Map<number, string>();
  readonly #jwks: string;
  readonly #earlier: ReadonlyMap<number, string>;
  readonly #gaps: Span[] = [];
  #tenant: string | undefined;
  #lines = 0;
  #last = 0;
  #blanked = 0;
  #signatures = 0;
  #signedUpTo = 0;
  #hasEnded = false;
  #end: Head | undefined;

  /** `jwks` is the list of public keys; `earlier` what an export of before says of its entries. */
  constructor(jwks: string, earlier: ReadonlyMap<number, string> = new Map()) {
    this.#jwks = jwks;
    this.#earlier = earlier;
  }

  take(said: string): void {
    this.#lines += 1;
    const line = lineOf(said);
    if (this.#hasEnded) this.#find(`Line ${this.#lines} stands behind the end.`);
    else if (line === undefined) {
      this.#find(notOfForm(this.#lines, newerFormIn(said)));
    } else if ((line.kind === 'chain') !== (this.#lines === 1)) {
      this.#find(`Line ${this.#lines} is in the wrong place: the first one names the chain.`);
    } else this.#read(line);
  }

  /** Undefined where something was found. */
  result(): AuditSummary | undefined {
    for (const { from, to } of this.#gaps) this.#find(`${span(from, to)} missing.`);
    const end = this.#end;
    if (end === undefined) {
      this.#find(`The export is cut off behind entry ${this.#last}: its signed end is missing.`);
    } else if (end.seq < this.#last) {
      this.#find(`${span(end.seq + 1, this.#last)} behind what was signed.`);
    } else if (end.blanked !== this.#blanked) {
      this.#find(`${this.#blanked} entries are blanked here, and ${end.blanked} were signed.`);
    }
    let goneFrom = 0;
    for (const seq of this.#earlier.keys()) goneFrom = Math.max(goneFrom, seq);
    if (goneFrom > this.#last) {
      this.#find(`${span(this.#last + 1, goneFrom)} in the earlier export and cut off here.`);
    }
    if (this.findings.length > 0 || end === undefined) return undefined;
    return {
      tenant: this.#tenant ?? '',
      entries: this.#last,
      blanked: this.#blanked,
      signatures: this.#signatures,
      signedAt: end.at,
    };
  }

  #find(sentence: string): void {
    this.findings.push(sentence);
  }

  #read(line: Line): void {
    switch (line.kind) {
      case 'chain':
        this.#tenant = line.tenant;
        break;
      case 'entry':
        this.#entry(line);
        break;
      case 'head':
        this.#head(line.jws);
        break;
      case 'end':
        this.#hasEnded = true;
        this.#end = this.#head(line.jws);
    }
  }

  #entry({ entry, hash, opening }: EntryLine): void {
    const { seq } = entry;
    if (sha256(entry) !== hash) this.#find(`Entry ${seq} was changed: its hash is of another.`);
    if (entry.tenant !== this.#tenant) this.#find(`Entry ${seq} is of another chain.`);
    this.#place(entry);
    this.#opening(entry, opening);
    const before = this.#earlier.get(seq);
    if (before !== undefined && before !== hash) {
      this.#find(`Entry ${seq} is another than in the earlier export.`);
    }
    this.hashes.set(seq, hash);
    this.#last = Math.max(this.#last, seq);
  }

  /** Each entry stands right behind the one whose hash it names. */
  #place({ seq, prev }: Entry): void {
    if (this.hashes.has(seq)) return this.#find(`Entry ${seq} stands there twice.`);
    if (seq < this.#last) {
      this.#closeGap(seq);
      return this.#find(`Entry ${seq} was moved: it stands behind entry ${this.#last}.`);
    }
    if (seq !== this.#last + 1) {
      this.#gaps.push({ from: this.#last + 1, to: seq - 1 });
      return;
    }
    const before = this.#last === 0 ? genesis : this.hashes.get(this.#last);
    if (prev !== before) {
      this.#find(`Entry ${seq} does not follow entry ${this.#last}: one of them was rewritten.`);
    }
  }

  #closeGap(seq: number): void {
    const nth = this.#gaps.findIndex(({ from, to }) => from <= seq && seq <= to);
    const { from, to } = this.#gaps[nth] ?? { from: seq, to: seq };
    const left = [
      { from, to: seq - 1 },
      { from: seq + 1, to },
    ].filter((one) => one.from <= one.to);
    if (nth >= 0) this.#gaps.splice(nth, 1, ...left);
  }

  #opening({ seq, subject: commitment }: Entry, opening: EntryLine['opening']): void {
    if (opening === undefined) this.#blanked += 1;
    else if (sha256(opening) !== commitment) {
      this.#find(`Entry ${seq} was changed: it concerns somebody else than it names.`);
    }
  }

  /** A signature says what the hash of an entry was when the chain ended there. */
  #head(jws: string): Head | undefined {
    const said = this.#signed(jws);
    if (said === undefined) return undefined;
    const { seq, hash, tenant, at } = said;
    const known = seq === 0 ? genesis : this.hashes.get(seq);
    if (tenant !== this.#tenant) this.#find(`The signature of ${at} is of another chain.`);
    else if (seq > this.#last) {
      this.#find(`${span(this.#last + 1, seq)} cut off: a signature of ${at} holds.`);
    } else if (known !== undefined && known !== hash) {
      this.#find(
        `Entry ${seq} is not the one that was signed on ${at}: entry ${this.#signedUpTo + 1} or a later one was rewritten, and those behind it recomputed.`,
      );
    } else if (known !== undefined) this.#signedUpTo = seq;
    this.#signatures += 1;
    return said;
  }

  #signed(jws: string): Head | undefined {
    const where = `The signature behind entry ${this.#last}`;
    try {
      const { typ, payload } = verifyJws(jws, this.#jwks);
      const head = typ === headTyp ? headOf(payload) : undefined;
      if (typ !== headTyp) this.#find(`${where} is of something else: ${typ}.`);
      else if (head === undefined) this.#find(`${where} is not of the published form.`);
      return head;
    } catch (error) {
      if (!(error instanceof NotVerified)) throw error;
      this.#find(`${where} was forged. ${error.message}`);
    }
    return undefined;
  }
}
