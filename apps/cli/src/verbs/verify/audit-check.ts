import { createHash } from 'node:crypto';
import { NotVerified, verifyJws } from './jws.ts';

// Whoever holds an export of the audit can check it with this file and jws.ts alone, or with a program of their own:
// the form is in docs/how-to/audit.md. It shares nothing with what wrote the chain, and imports nothing but Node.

const format = 'tact-audit-1';
const headTyp = 'tact-audit-head';
const genesis = '0'.repeat(64);

type Fields = Readonly<Record<string, unknown>>;

/** RFC 8785, of objects, texts and whole numbers: the members sorted, without a space. */
const canonical = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`;
};

const sha256 = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex');

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const parsed = (line: string): Fields => {
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    return {};
  }
};

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

/** Reads an export line by line and says what is wrong with it, entry by entry. */
export class AuditCheck {
  readonly findings: string[] = [];
  /** The hash of every entry, for a later export to be compared with. */
  readonly hashes = new Map<number, string>();
  readonly #jwks: string;
  readonly #earlier: ReadonlyMap<number, string>;
  readonly #gaps = new Set<number>();
  #tenant: string | undefined;
  #lines = 0;
  #last = 0;
  #blanked = 0;
  #signatures = 0;
  #signedUpTo = 0;
  #end: Fields | undefined;

  /** `jwks` is the list of public keys; `earlier` what an export of before says of its entries. */
  constructor(jwks: string, earlier: ReadonlyMap<number, string> = new Map()) {
    this.#jwks = jwks;
    this.#earlier = earlier;
  }

  take(line: string): void {
    this.#lines += 1;
    const said = parsed(line);
    if (this.#end !== undefined) this.#find(`Line ${this.#lines} stands behind the end.`);
    else if (said['kind'] === 'chain') this.#begin(said);
    else if (said['kind'] === 'entry') this.#entry(said);
    else if (said['kind'] === 'head') this.#head(said);
    else if (said['kind'] === 'end') this.#end = this.#head(said) ?? {};
    else this.#find(`Line ${this.#lines} is no line of an export of the audit.`);
  }

  /** Undefined where something was found. */
  result(): AuditSummary | undefined {
    const missing = [...this.#gaps].toSorted((one, other) => one - other);
    for (const { from, to } of spansOf(missing)) this.#find(`${span(from, to)} missing.`);
    if (this.#end === undefined) {
      this.#find(`The export is cut off behind entry ${this.#last}: its signed end is missing.`);
    }
    const end = Number(this.#end?.['seq']);
    if (end < this.#last) this.#find(`${span(end + 1, this.#last)} behind what was signed.`);
    const goneFrom = Math.max(...this.#earlier.keys(), 0);
    if (goneFrom > this.#last) {
      this.#find(`${span(this.#last + 1, goneFrom)} in the earlier export and cut off here.`);
    }
    if (this.findings.length > 0 || this.#end === undefined) return undefined;
    return {
      tenant: this.#tenant ?? '',
      entries: this.#last,
      blanked: this.#blanked,
      signatures: this.#signatures,
      signedAt: String(this.#end['at']),
    };
  }

  #find(sentence: string): void {
    this.findings.push(sentence);
  }

  #begin(said: Fields): void {
    if (this.#lines > 1 || said['format'] !== format) {
      this.#find(`Line ${this.#lines} does not begin an export of the form ${format}.`);
    }
    this.#tenant = String(said['tenant']);
  }

  #entry(said: Fields): void {
    const entry = fieldsOf(said['entry']);
    const seq = Number(entry['seq']);
    const hash = String(said['hash']);
    if (sha256(entry) !== hash) this.#find(`Entry ${seq} was changed: its hash is of another.`);
    if (entry['tenant'] !== this.#tenant) this.#find(`Entry ${seq} is of another chain.`);
    this.#place(seq, entry['prev']);
    this.#opening(seq, entry, said['opening']);
    const before = this.#earlier.get(seq);
    if (before !== undefined && before !== hash) {
      this.#find(`Entry ${seq} is another than in the earlier export.`);
    }
    this.hashes.set(seq, hash);
    this.#last = Math.max(this.#last, seq);
  }

  /** Each entry stands right behind the one whose hash it names. */
  #place(seq: number, prev: unknown): void {
    if (this.hashes.has(seq)) return this.#find(`Entry ${seq} stands there twice.`);
    if (this.#gaps.delete(seq)) {
      return this.#find(`Entry ${seq} was moved: it stands behind entry ${this.#last}.`);
    }
    if (seq !== this.#last + 1) {
      for (let gone = this.#last + 1; gone < seq; gone += 1) this.#gaps.add(gone);
      return;
    }
    const before = this.#last === 0 ? genesis : this.hashes.get(this.#last);
    if (prev !== before) {
      this.#find(`Entry ${seq} does not follow entry ${this.#last}: one of them was rewritten.`);
    }
  }

  #opening(seq: number, { subject: commitment }: Fields, given: unknown): void {
    if (given === undefined) {
      this.#blanked += 1;
      return;
    }
    const { salt, subject } = fieldsOf(given);
    if (sha256({ salt, subject }) !== commitment) {
      this.#find(`Entry ${seq} was changed: it concerns somebody else than it names.`);
    }
  }

  /** A signature says what the hash of an entry was when the chain ended there. */
  #head({ jws }: Fields): Fields | undefined {
    const said = this.#signed(String(jws));
    if (said === undefined) return undefined;
    const { seq, hash, tenant, at } = said;
    const upTo = Number(seq);
    const known = upTo === 0 ? genesis : this.hashes.get(upTo);
    if (tenant !== this.#tenant) this.#find(`The signature of ${String(at)} is of another chain.`);
    else if (known === undefined && upTo > this.#last) {
      this.#find(`${span(this.#last + 1, upTo)} cut off: a signature of ${String(at)} holds.`);
    } else if (known !== undefined && known !== hash) {
      this.#find(
        `Entry ${upTo} is not the one that was signed on ${String(at)}: entry ${this.#signedUpTo + 1} or a later one was rewritten, and those behind it recomputed.`,
      );
    } else this.#signedUpTo = upTo;
    this.#signatures += 1;
    return said;
  }

  #signed(jws: string): Fields | undefined {
    try {
      const { typ, payload } = verifyJws(jws, this.#jwks);
      if (typ === headTyp) return parsed(payload);
      this.#find(`The signature behind entry ${this.#last} is of something else: ${typ}.`);
    } catch (error) {
      if (!(error instanceof NotVerified)) throw error;
      this.#find(`The signature behind entry ${this.#last} was forged. ${error.message}`);
    }
    return undefined;
  }
}

const spansOf = (numbers: readonly number[]): { from: number; to: number }[] => {
  const spans: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last?.to === number - 1) last.to = number;
    else spans.push({ from: number, to: number });
  }
  return spans;
};
