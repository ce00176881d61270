import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from './access/caller-limits.ts';
import { isStreamed } from './body-parsers.ts';
import { Places } from './places.ts';
import { ProblemError } from './problem-error.ts';
import { stateOf } from './request-state.ts';
import { whenAnswered } from './when-answered.ts';

const PROMPT_MS_MAX = 2_000;
const BODY_MS_MAX = 30_000;
const SILENCE_MS_MAX = 120_000;
/** Of one caller at the same time. */
const SLOW_BODIES_MAX = 16;
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
const UNREAD_MS_MAX = 2_000;
const UNREAD_LOOK_MS = 20;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;

/**
 * What still comes of a body after its answer is read and dropped, because most callers send all before they read
 * why they were refused; but not for long, and not much of it.
 */
const passOver = (raw: IncomingMessage): void => {
  const { socket } = raw;
  if (raw.complete || socket.destroyed) return;
  const bytesMax = socket.bytesRead + UNREAD_BYTES_MAX;
  const endAt = performance.now() + UNREAD_MS_MAX;
  // Node drops the rest by itself and tells nobody, so the connection is looked at.
  const look = setInterval(() => {
    if (raw.complete || socket.destroyed) clearInterval(look);
    else if (socket.bytesRead > bytesMax || performance.now() > endAt) socket.destroy();
  }, UNREAD_LOOK_MS).unref();
  // Where somebody had begun to read, and left, Node does not.
  raw.resume();
};

/**
 * A body that trickles in holds a connection, so it has half a minute, and one caller has sixteen of them: a slow
 * caller costs itself. A streamed one may take hours, as long as something comes. Node's own limit is one for all
 * requests and would cut every long import.
 */
export class SlowBodies {
  readonly #slow = new Places(SLOW_BODIES_MAX);
  readonly #streamed = new Places(SLOW_BODIES_MAX);
  readonly #refusal: string;

  /** `refusal` is the whole answer to a body that is cut. */
  constructor(refusal: string) {
    this.#refusal = refusal;
  }

  /** Comes after the door: callers are counted by their key, where they have one. */
  watch(fastify: FastifyInstance): void {
    // Answers of the framework itself are no business of any hook.
    fastify.server.on('request', (raw: IncomingMessage, answer: ServerResponse) => {
      if (hasBody(raw)) answer.once('finish', () => passOver(raw));
    });
    // Node would ask for the body by itself, of a stranger too.
    fastify.server.on('checkContinue', (raw: IncomingMessage, answer: ServerResponse) => {
      fastify.server.emit('request', raw, answer);
    });
    // The framework closes the connection on a body that is too large. Whoever still sends reads a reset then, and the
    // gateway can only say that the service went away.
    fastify.addHook('onSend', ({ raw }, reply, _payload, done) => {
      if (reply.statusCode === 413 && !raw.complete) void reply.removeHeader('connection');
      done();
    });
    fastify.addHook('onRequest', (request, reply, done) => {
      this.limit(request, reply);
      if (request.headers.expect !== undefined) reply.raw.writeContinue();
      done();
    });
  }

  /** Throws when a streamed body is one too many of its caller. */
  limit(request: FastifyRequest, reply: FastifyReply): void {
    const { raw } = request;
    if (!hasBody(raw)) return;
    const caller = stateOf(request).context.actorId ?? addressOf(request);
    const end = isStreamed(request)
      ? this.#limitSilence(caller, raw.socket)
      : this.#limitWhole(caller, raw);
    for (const over of ['end', 'close'] as const) raw.once(over, end);
    // Whatever became of the body, an answered request is over.
    whenAnswered(reply, end);
  }

  #limitWhole(caller: string, raw: IncomingMessage): () => void {
    const { socket } = raw;
    let release: (() => void) | undefined;
    const cut = () => {
      // All of it has come: whoever is slow now, the caller is not.
      if (raw.complete) return;
      socket.end(this.#refusal);
      // Half closed it would be held as before.
      socket.destroySoon();
    };
    let timer = setTimeout(() => {
      if (raw.complete) return;
      release = this.#slow.take(caller);
      if (release) timer = setTimeout(cut, BODY_MS_MAX - PROMPT_MS_MAX).unref();
      else cut();
    }, PROMPT_MS_MAX).unref();
    return () => {
      clearTimeout(timer);
      release?.();
    };
  }

  #limitSilence(caller: string, socket: Socket): () => void {
    const release = this.#streamed.take(caller);
    if (!release) {
      throw new ProblemError('rate-limited', {
        detail: `Send at most ${SLOW_BODIES_MAX} files at the same time.`,
        retryAfterSeconds: 5,
      });
    }
    let bytesBefore = -1;
    const interval = setInterval(() => {
      if (socket.bytesRead === bytesBefore) socket.destroy();
      bytesBefore = socket.bytesRead;
    }, SILENCE_MS_MAX).unref();
    return () => {
      clearInterval(interval);
      release();
    };
  }
}
