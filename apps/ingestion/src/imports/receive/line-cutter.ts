import { IMPORT_LINE_BYTES_MAX } from '@tact/contracts';
import type { SpooledLine } from '../spooled-lines.ts';
import { LineText, utf8Bytes } from './text-encoding.ts';
import type { FileFacts } from './file-facts.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const byteOrderMark = Buffer.from('\uFEFF');

/** How lines end: the first end of the file decides. A carriage return alone is one where no line feed follows. */
const endOf = (bytes: Buffer): number | undefined => {
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === LINE_FEED) return LINE_FEED;
    if (bytes[at] !== CARRIAGE_RETURN) continue;
    while (bytes[at] === CARRIAGE_RETURN) at += 1;
    if (at === bytes.length) return undefined;
    return bytes[at] === LINE_FEED ? LINE_FEED : CARRIAGE_RETURN;
  }
  return undefined;
};

/** Cuts lines out of bytes as they come; holds one line at most, and of a too long one nothing. */
class LineCutter {
  #held: Buffer[] = [];
  #heldBytes = 0;
  #line = 1;
  #end: number | undefined;
  #undecided = Buffer.alloc(0);
  readonly #text: LineText;

  constructor(text: LineText) {
    this.#text = text;
  }

  take(chunk: Buffer): SpooledLine[] {
    if (this.#end !== undefined) return this.#cutAll(chunk, this.#end);
    const bytes = Buffer.concat([this.#undecided, chunk]);
    this.#end = endOf(bytes);
    if (this.#end === undefined && bytes.length <= IMPORT_LINE_BYTES_MAX) {
      this.#undecided = bytes;
      return [];
    }
    this.#undecided = Buffer.alloc(0);
    return this.#cutAll(bytes, this.#end ?? LINE_FEED);
  }

  /** What stands behind the last line end. */
  end(): SpooledLine[] {
    const lines = this.#cutAll(this.#undecided, CARRIAGE_RETURN);
    return this.#heldBytes === 0 ? lines : [...lines, this.#cut()];
  }

  #cutAll(chunk: Buffer, end: number): SpooledLine[] {
    const lines: SpooledLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(end); at !== -1; at = chunk.indexOf(end, from)) {
      this.#hold(chunk.subarray(from, at));
      lines.push(this.#cut());
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  #hold(bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    // A few bytes more for the line's end, which is no part of the line.
    if (this.#heldBytes > IMPORT_LINE_BYTES_MAX + 2) this.#held = [];
    else if (bytes.length > 0) this.#held.push(bytes);
  }

  #cut(): SpooledLine {
    const line = this.#line;
    const length = this.#heldBytes;
    const [first = Buffer.alloc(0)] = this.#held;
    let bytes = this.#held.length > 1 ? Buffer.concat(this.#held) : first;
    this.#held = [];
    this.#heldBytes = 0;
    this.#line += 1;
    // Copied through two systems, a line may end in two of them.
    while (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    // Files put one after the other bring their marks along.
    if (bytes.indexOf(byteOrderMark) === 0) bytes = bytes.subarray(3);
    if (length > IMPORT_LINE_BYTES_MAX + 2 || bytes.length > IMPORT_LINE_BYTES_MAX) {
      return { line, defect: 'too-long' };
    }
    const text = this.#text.read(bytes);
    return text === undefined ? { line, defect: 'not-utf8' } : { line, text };
  }
}

type Reading = {
  readonly facts: FileFacts;
  /** Tables of spreadsheets come in Windows-1252; JSON is UTF-8 by definition. */
  readonly mayBeWindows: boolean;
};

/** The lines of a stream, in groups as they come, blank ones too. */
export async function* linesOf(
  body: AsyncIterable<Buffer>,
  { facts, mayBeWindows }: Reading,
): AsyncGenerator<SpooledLine[]> {
  const cutter = new LineCutter(new LineText(facts, mayBeWindows));
  for await (const chunk of utf8Bytes(body, facts)) yield cutter.take(chunk);
  yield cutter.end();
}

export const isBlank = (line: SpooledLine): boolean => 'text' in line && line.text.trim() === '';
