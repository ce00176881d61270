import { isUtf8 } from 'node:buffer';
import { IMPORT_LINE_BYTES_MAX } from '@tact/contracts';
import type { SpooledLine } from '../spooled-lines.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const byteOrderMark = Buffer.from('\uFEFF');

/** Cuts lines out of bytes as they come; holds one line at most, and of a too long one nothing. */
class LineCutter {
  #held: Buffer[] = [];
  #heldBytes = 0;
  #line = 1;

  take(chunk: Buffer): SpooledLine[] {
    const lines: SpooledLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      this.#hold(chunk.subarray(from, at));
      lines.push(this.#cut());
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  /** What stands behind the last line end. */
  end(): SpooledLine[] {
    return this.#heldBytes === 0 ? [] : [this.#cut()];
  }

  #hold(bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    // One byte more for the carriage return, which is no part of the line.
    if (this.#heldBytes > IMPORT_LINE_BYTES_MAX + 1) this.#held = [];
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
    if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    if (line === 1 && bytes.indexOf(byteOrderMark) === 0) bytes = bytes.subarray(3);
    if (length > IMPORT_LINE_BYTES_MAX + 1 || bytes.length > IMPORT_LINE_BYTES_MAX) {
      return { line, defect: 'too-long' };
    }
    if (!isUtf8(bytes)) return { line, defect: 'not-utf8' };
    return { line, text: bytes.toString('utf8') };
  }
}

/** The lines of a stream, in groups as they come, blank ones too. */
export async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<SpooledLine[]> {
  const cutter = new LineCutter();
  for await (const chunk of body) yield cutter.take(chunk);
  yield cutter.end();
}

export const isBlank = (line: SpooledLine): boolean => 'text' in line && line.text.trim() === '';

/** The lines of an NDJSON stream. Blank lines are counted and left out. */
export async function* ndjsonLines(body: AsyncIterable<Buffer>): AsyncGenerator<SpooledLine[]> {
  for await (const lines of linesOf(body)) yield lines.filter((line) => !isBlank(line));
}
