import {
  createWriteStream,
  existsSync,
  openSync,
  renameSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

const LOG_BYTES_MAX = 10 * 1024 * 1024;
const KEPT = 3;
/** After a failed write the file is tried again this often: a disk that was full has room again. */
const AGAIN_AFTER_MS = 5_000;
/** A service that fails over and over must not flood the terminal; the file has every line. */
const SHOWN_MAX = 5;
const SHOWN_EVERY_MS = 30_000;

/** Frames of a stack, its properties and Node's signature under it: not what went wrong. */
const noise = /^\s|^\}|^Node\.js v/;

/** What a log line says to the person at the terminal: warnings and errors only, in short. */
export const briefOf = (line: string): string | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, msg } = JSON.parse(line) as { level?: unknown; msg?: unknown };
    const heavy =
      typeof level === 'number'
        ? level >= 40
        : level === 'warn' || level === 'error' || level === 'fatal';
    return heavy && typeof msg === 'string' ? msg.slice(0, 160) : undefined;
  } catch {
    return undefined;
  }
};

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Whoever still writes into the file goes on in it under its new name: no line is lost. */
const shift = (path: string): void => {
  for (let age = KEPT - 1; age >= 1; age -= 1) {
    if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`);
  }
  renameSync(path, `${path}.1`);
};

/** The log file of one service, over all its restarts. */
export class ServiceLog {
  readonly #path: string;
  readonly #againAfterMs: number;
  readonly #bytesMax: number;
  #file: WriteStream | undefined;
  /** Of the file, with what is still to be written into it. */
  #bytes = 0;
  #failedAt: number | undefined;
  #lost = 0;
  readonly #show: (brief: string) => void;
  #shown: number[] = [];
  /** The last words on stderr: the one clear sentence of a service that refuses to start. */
  lastLine: string | undefined;
  /** Before the first `ready` the plain words of a failure are said once, by the start that fails. */
  startingUp = true;

  constructor(
    path: string,
    show: (brief: string) => void,
    { againAfterMs = AGAIN_AFTER_MS, bytesMax = LOG_BYTES_MAX } = {},
  ) {
    this.#path = path;
    this.#show = show;
    this.#againAfterMs = againAfterMs;
    this.#bytesMax = bytesMax;
    this.#bytes = sizeOf(path);
    if (this.#bytes >= bytesMax) this.#rotate();
    this.#file ??= this.#open();
  }

  take(stdout: Readable, stderr: Readable): void {
    this.lastLine = undefined;
    createInterface({ input: stdout }).on('line', (line) => {
      this.#write(line);
      const brief = briefOf(line);
      if (brief !== undefined) this.#surface(brief);
    });
    createInterface({ input: stderr }).on('line', (line) => {
      this.#write(line);
      const brief = briefOf(line) ?? line.trim();
      if (brief === '') return;
      if (!noise.test(line)) this.lastLine = brief;
      if (!this.startingUp && !/^\s+at /.test(line)) this.#surface(brief.slice(0, 160));
    });
  }

  note(text: string): void {
    this.#write(JSON.stringify({ time: new Date().toISOString(), supervisor: text }));
  }

  #surface(brief: string): void {
    const now = Date.now();
    this.#shown = this.#shown.filter((at) => now - at < SHOWN_EVERY_MS);
    if (this.#shown.length > SHOWN_MAX) return;
    this.#shown.push(now);
    this.#show(this.#shown.length > SHOWN_MAX ? 'more lines like these are in its log' : brief);
  }

  /** At once and not in a while: a file that is given another name before it is open would be another file. */
  #open(): WriteStream | undefined {
    try {
      const file = createWriteStream(this.#path, { fd: openSync(this.#path, 'a', 0o600) });
      file.on('error', (error) => {
        if (this.#file === file) this.#failed(error);
      });
      return file;
    } catch (error) {
      this.#failed(error as Error);
      return undefined;
    }
  }

  #failed(error: Error): void {
    this.#file = undefined;
    // A full disk must not stop the platform: the lines are lost, the person is told once.
    if (this.#failedAt === undefined) this.#show(`its log cannot be written (${error.message})`);
    this.#failedAt = performance.now();
  }

  /** The file becomes an old one, and the next line begins a new one. */
  #rotate(): void {
    try {
      shift(this.#path);
    } catch {
      // A folder that cannot be written: the file grows on, and is tried again when it is as long again.
      this.#bytes = 0;
      return;
    }
    const old = this.#file;
    this.#file = this.#open();
    this.#bytes = 0;
    old?.end();
  }

  #write(line: string): void {
    this.#bytes += Buffer.byteLength(line) + 1;
    if (this.#file !== undefined && this.#bytes > this.#bytesMax) this.#rotate();
    const file = this.#file ?? this.#openAgain();
    if (file === undefined) {
      this.#lost += 1;
      return;
    }
    file.write(`${line}\n`, (error) => {
      if (error) this.#lost += 1;
      if (error || this.#failedAt === undefined) return;
      this.#failedAt = undefined;
      this.#show(`its log is written again; about ${this.#lost} line(s) were lost`);
      this.#lost = 0;
    });
  }

  #openAgain(): WriteStream | undefined {
    if (performance.now() - (this.#failedAt ?? 0) >= this.#againAfterMs) this.#file = this.#open();
    return this.#file;
  }

  close(): void {
    this.#file?.end();
  }
}
