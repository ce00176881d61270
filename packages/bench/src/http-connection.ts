import { connect, type Socket } from 'node:net';

const headMark = Buffer.from('\r\n\r\n');

/**
 * One kept-alive connection that posts ready-made bytes and reads the status: the least a caller can
 * do, because on a small machine the load and the service share the processors.
 */
export class HttpConnection {
  readonly #socket: Socket;
  #seen: Buffer = Buffer.alloc(0);
  #waiting: { resolve(status: number): void; reject(error: Error): void } | undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')));
  }

  /** The bytes of a request; made before the clock runs. */
  static post(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
    const all = {
      host: '127.0.0.1',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return Buffer.from([`POST ${path} HTTP/1.1`, ...lines, '', body].join('\r\n'));
  }

  static get(path: string, headers: Readonly<Record<string, string>>): Buffer {
    const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    return Buffer.from([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  }

  /** Resolves with the status once the whole answer was read. */
  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      // The server ends a connection that was idle for long: nothing would ever be heard of what is written to it.
      if (this.#socket.destroyed) return reject(new Error('the connection was closed'));
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#seen = this.#seen.length === 0 ? chunk : Buffer.concat([this.#seen, chunk]);
    const headEnd = this.#seen.indexOf(headMark);
    if (headEnd === -1) return;
    const head = this.#seen.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#seen.length < headEnd + headMark.length + length) return;
    this.#seen = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(Number(head.slice(9, 12)));
  }
}
