import { Socket } from 'node:net';
import { Client } from 'pg';

const LOOK_MS = 250;
/** A question without any answer for so long makes us ask whether the server is there at all. */
const SUSPICIOUS_MS = 1_500;
/** A machine under load may need so long for a new connection; with what went before, less than five seconds. */
const PROBE_MS = 2_750;

const noAnswer = (): Error =>
  Object.assign(new Error('the database server does not answer'), { code: 'ETIMEDOUT' });

/** A connection that knows since when its server owes it an answer. */
class WatchedSocket extends Socket {
  /** Since it was made: a host that is not there does not even let it connect. */
  #askedAt = performance.now();
  #readBefore = 0;

  constructor() {
    super();
    // Now, because `connect` puts Node's own `write` back; and before who asks hears that it is connected.
    this.once('connect', () => {
      const write = this.write.bind(this);
      this.write = (...given: unknown[]): boolean => {
        this.#asks();
        return write(...(given as Parameters<Socket['write']>));
      };
    });
  }

  #asks(): void {
    if (this.isWaiting) return;
    this.#askedAt = performance.now();
    this.#readBefore = this.bytesRead;
  }

  get isWaiting(): boolean {
    return this.bytesRead === this.#readBefore;
  }

  waitsMs(now: number): number {
    return this.isWaiting ? now - this.#askedAt : 0;
  }
}

/**
 * A stopped server, or one behind a cut wire, leaves its connections open: whoever asked would wait for ever, and no
 * setting of the server itself can end that. Here every connection to one server is known. When one waits for long,
 * a fresh connection asks the server for a word; when that stays unanswered too, and no byte came on any other, all
 * are closed with an error and new ones are refused at once, until the server speaks. A statement that merely takes
 * long is not touched, since a server at work answers the fresh connection.
 */
class ServerWatch {
  readonly #url: string;
  readonly #sockets = new Set<WatchedSocket>();
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #spokeAt = 0;
  #looks = 0;
  #isLooking = false;
  #isSilent = false;

  constructor(url: string) {
    this.#url = url;
  }

  readonly open = (): Socket => {
    const socket = new WatchedSocket();
    if (this.#isSilent) setImmediate(() => socket.destroy(noAnswer()));
    this.#sockets.add(socket);
    socket.once('close', () => this.#forget(socket));
    this.#lookedAt = performance.now();
    this.#timer ??= setInterval(() => void this.#look(), LOOK_MS).unref();
    return socket;
  };

  #forget(socket: WatchedSocket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size > 0 || this.#isSilent) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const now = performance.now();
    // We were late ourselves: what came meanwhile is not read yet.
    const isLate = now - this.#lookedAt > LOOK_MS + 500;
    this.#lookedAt = now;
    this.#looks += 1;
    if (this.#isLooking || isLate) return;
    const waits = [...this.#sockets].some((one) => one.waitsMs(now) > SUSPICIOUS_MS);
    if (!this.#isSilent && (!waits || now - this.#spokeAt < SUSPICIOUS_MS)) return;
    this.#isLooking = true;
    const [read, looks] = [this.#bytesRead(), this.#looks];
    const speaks = await this.#speaks();
    // Silence that was not listened to is none: our event loop may have been busy all the while.
    const hasListened = this.#looks - looks >= PROBE_MS / LOOK_MS / 2;
    this.#isSilent = !speaks && hasListened && this.#bytesRead() === read;
    if (this.#isSilent) for (const socket of this.#sockets) socket.destroy(noAnswer());
    else this.#spokeAt = performance.now();
    this.#isLooking = false;
  }

  #bytesRead(): number {
    return [...this.#sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  async #speaks(): Promise<boolean> {
    const socket = new Socket();
    const client = new Client({
      connectionString: this.#url,
      application_name: 'tact-probe',
      stream: () => socket,
      connectionTimeoutMillis: PROBE_MS,
      query_timeout: PROBE_MS,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      // Any byte is a word: that it has no connection left, is just starting, or takes its time to let us in.
      return socket.bytesRead > 0;
    } finally {
      void client.end().catch(() => undefined);
    }
  }
}

const watches = new Map<string, ServerWatch>();

/** Opens connections to the server at this url, each of them watched. */
export const watchedSocket = (url: string): (() => Socket) => {
  const { host } = new URL(url);
  const watch = watches.get(host) ?? new ServerWatch(url);
  watches.set(host, watch);
  return watch.open;
};
