/** Why no answer came, in a word that tells nothing of what was asked. */
export type OutboundReason =
  /** Not a public address, or no address for HTTP. */
  | 'address-refused'
  | 'no-connection'
  /** It ended before the whole answer was there; the server may have had the request. */
  | 'broken-off'
  /** The server said nothing for too long. */
  | 'silence'
  /** The whole took too long. */
  | 'timeout'
  | 'answer-too-large'
  /** Not sent: the host failed too often just now, or asked for time. */
  | 'host-rests'
  | 'not-http';

type Reported = {
  /** The system's, e.g. ECONNREFUSED. */
  readonly code?: string | undefined;
  /** When it is worth trying again. */
  readonly retryAfterMs?: number | undefined;
};

/** A request without an answer. It names neither address nor content; `reason` and the system's code say what to do. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed';
  readonly reason: OutboundReason;
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(reason: OutboundReason, { code, retryAfterMs }: Reported = {}) {
    super(code === undefined ? reason : `${reason} (${code})`);
    this.reason = reason;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** True when the server certainly never had the request. */
  get wasNotSent(): boolean {
    return ['address-refused', 'no-connection', 'host-rests'].includes(this.reason);
  }
}
