import type { SpooledLine } from '../spooled-lines.ts';

/** More rows below a table than any report writes are rows that lost their cells. */
const FOOTER_ROWS_MAX = 50;

/** Whether a row that is too short reads like a sentence: "Total: 2", "Copyright (c) 2026". */
const isSentence = (row: readonly string[]): boolean =>
  row.length === 1 && /[\s:]/.test(row[0] ?? '');

/**
 * Holds back what may be written below a table: rows that are too short after an empty one, or that are a sentence. At the end
 * of the file they are its footer; when a whole row comes after all, they were people's, and are told as such.
 */
export class Footer {
  #held: SpooledLine[] = [];
  #isBehindGap = false;

  /** An empty row. */
  gap(): void {
    this.#isBehindGap = true;
  }

  /** A row that has other cells than the header; answers what is known to be a defect now. */
  short(line: number, row: readonly string[], width: number): SpooledLine[] {
    const own: SpooledLine = { line, defect: 'csv-columns' };
    const mayBe = row.length < width && width > 1 && (this.#isBehindGap || isSentence(row));
    if (!mayBe || this.#held.length >= FOOTER_ROWS_MAX) return [...this.whole(), own];
    this.#held.push(own);
    return [];
  }

  /** A whole row follows: what was held is none. */
  whole(): SpooledLine[] {
    const held = this.#held;
    this.#held = [];
    this.#isBehindGap = false;
    return held;
  }

  /** The file is over: how many rows its footer had. */
  end(): number {
    return this.#held.length;
  }
}
