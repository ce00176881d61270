import type { IncomingMessage } from 'node:http';
import type { GatewayConfig } from '../config.ts';
import { networkOf } from '../connections/network-of.ts';
import { RefusedRequest, unavailable } from '../refusals/refused-request.ts';

const LOOK_EVERY_MS = 1_000;
/** A body may take this long to begin; from there on it has to come at a pace. */
const GRACE_MS = 5_000;
const BYTES_PER_SECOND_MIN = 8 * 1024;
const BODY_MS_MAX = 60_000;
/** A body that is passed on as it comes may take hours, as long as something comes. */
const SILENCE_MS_MAX = 120_000;

type Share = { bodies: number; bytes: number };

/** One body on its way in. `cut` is called once, when it is too slow or for the reason given. */
export type Upload = {
  readonly request: IncomingMessage;
  readonly address: string;
  readonly began: number;
  readonly isStreamed: boolean;
  bytes: number;
  received: { bytes: number; at: number };
  cut: (why?: RefusedRequest) => void;
};

export type UploadLimits = Pick<
  GatewayConfig,
  'TACT_BODIES_PER_ADDRESS' | 'TACT_BODY_BYTES_PER_ADDRESS' | 'TACT_BODY_BYTES'
>;

/** All bodies on their way in: how many, how much of them is held, and which are too slow. */
export class Uploads {
  readonly #limits: UploadLimits;
  readonly #underWay = new Set<Upload>();
  readonly #shares = new Map<string, Share>();
  readonly #look: NodeJS.Timeout;
  #bytes = 0;

  constructor(limits: UploadLimits) {
    this.#limits = limits;
    this.#look = setInterval(() => this.#cutSlow(performance.now()), LOOK_EVERY_MS);
  }

  get count(): number {
    return this.#underWay.size;
  }

  /** Bytes held of all bodies, those included whose answer is still awaited. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Throws `RefusedRequest` when the address has too many under way. */
  begin(request: IncomingMessage, from: string, { isStreamed }: { isStreamed: boolean }): Upload {
    const address = networkOf(from);
    const share = this.#shares.get(address) ?? { bodies: 0, bytes: 0 };
    if (share.bodies >= this.#limits.TACT_BODIES_PER_ADDRESS) {
      throw new RefusedRequest('rate-limited', 'bodies-per-address', {
        detail: 'Your address is sending too many bodies at a time.',
        headers: { 'retry-after': '1' },
      });
    }
    share.bodies += 1;
    this.#shares.set(address, share);
    const now = performance.now();
    const received = { bytes: request.socket.bytesRead, at: now };
    const upload = { request, address, began: now, isStreamed, bytes: 0, received, cut: () => {} };
    this.#underWay.add(upload);
    return upload;
  }

  /**
   * Counts bytes that are held from now on. Throws `RefusedRequest` when they are too many. Where they are too many of
   * all, whoever holds more gives way: a handful of addresses must not keep everybody's bodies out.
   */
  hold(upload: Upload, bytes: number): void {
    const share = this.#shares.get(upload.address);
    const own = (share?.bytes ?? 0) + bytes;
    if (own > this.#limits.TACT_BODY_BYTES_PER_ADDRESS) {
      throw unavailable('bytes-per-address', 'Your address is sending too much at a time.');
    }
    while (this.#bytes + bytes > this.#limits.TACT_BODY_BYTES) {
      const heavier = this.#heaviestBeyond(own);
      if (heavier === undefined) throw tooManyBytes();
      heavier.cut(tooManyBytes());
    }
    upload.bytes += bytes;
    this.#bytes += bytes;
    if (share !== undefined) share.bytes += bytes;
  }

  /** The body is in; its bytes stay counted until `release`. */
  end(upload: Upload): void {
    if (!this.#underWay.delete(upload)) return;
    const share = this.#shares.get(upload.address);
    if (share === undefined) return;
    share.bodies -= 1;
    this.#forget(upload.address, share);
  }

  release(upload: Upload): void {
    this.end(upload);
    const share = this.#shares.get(upload.address);
    this.#bytes -= upload.bytes;
    if (share !== undefined) {
      share.bytes -= upload.bytes;
      this.#forget(upload.address, share);
    }
    upload.bytes = 0;
  }

  close(): void {
    clearInterval(this.#look);
  }

  /** The largest body on its way of the address that holds most, if that is more than so many bytes. */
  #heaviestBeyond(bytes: number): Upload | undefined {
    let [most, heaviest]: [number, Upload | undefined] = [bytes, undefined];
    for (const upload of this.#underWay) {
      const held = this.#shares.get(upload.address)?.bytes ?? 0;
      const isLarger = held === most && upload.bytes > (heaviest?.bytes ?? Infinity);
      if (upload.bytes > 0 && (held > most || isLarger)) [most, heaviest] = [held, upload];
    }
    return heaviest;
  }

  #forget(address: string, { bodies, bytes }: Share): void {
    if (bodies === 0 && bytes === 0) this.#shares.delete(address);
  }

  #cutSlow(now: number): void {
    for (const upload of this.#underWay) {
      if (upload.isStreamed ? isSilent(upload, now) : isSlow(upload, now)) {
        this.end(upload);
        upload.cut();
      }
    }
  }
}

const tooManyBytes = (): RefusedRequest =>
  unavailable('bytes-held', 'Too many bodies are on their way; try again.');

const isSlow = ({ began, bytes }: Upload, now: number): boolean => {
  const ms = now - began;
  return ms > BODY_MS_MAX || bytes < ((ms - GRACE_MS) / 1_000) * BYTES_PER_SECOND_MIN;
};

const isSilent = ({ request, received }: Upload, now: number): boolean => {
  const { bytesRead } = request.socket;
  // While the service has not taken what came, the caller may not send: that is not its silence.
  const isHeldUp = request.readableLength >= request.readableHighWaterMark;
  if (bytesRead !== received.bytes || isHeldUp)
    Object.assign(received, { bytes: bytesRead, at: now });
  return now - received.at > SILENCE_MS_MAX;
};
