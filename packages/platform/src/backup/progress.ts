export type Output = { write(text: string): unknown; readonly isTTY?: boolean };

/** A log file gets a line now and then; a person sees one line that moves. */
const everyMs = { terminal: 200, file: 5_000 };

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** Tells how far a backup or a restore is: what it does, how much it has done, how fast. */
export class Progress {
  readonly #output: Output;
  readonly #begunAt = performance.now();
  #what = '';
  #bytes = 0;
  #shownAt = performance.now();

  constructor(output: Output) {
    this.#output = output;
  }

  /** The step that follows, e.g. the table that is copied. */
  at(what: string): void {
    this.#what = what;
    this.#show();
  }

  advance(bytes: number): void {
    this.#bytes += bytes;
    this.#show();
  }

  /** `1.2 GB in 3.4 s (350 MB/s)`. */
  get total(): string {
    const seconds = Math.max((performance.now() - this.#begunAt) / 1000, 0.001);
    return `${megabytes(this.#bytes)} in ${seconds.toFixed(1)} s (${megabytes(this.#bytes / seconds)}/s)`;
  }

  line(text: string): void {
    if (this.#output.isTTY) this.#output.write('\r\u001B[2K');
    this.#output.write(`${text}\n`);
  }

  #show(): void {
    const now = performance.now();
    const { isTTY } = this.#output;
    if (now - this.#shownAt < (isTTY ? everyMs.terminal : everyMs.file)) return;
    this.#shownAt = now;
    const text = `  … ${this.#what}: ${this.total}`;
    this.#output.write(isTTY ? `\r\u001B[2K${text.slice(0, 78)}` : `${text}\n`);
  }
}
