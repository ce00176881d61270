import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** An answer of a service: short ones whole, others as they come. */
export type ServiceAnswer = {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | Readable;
};
export type Answered = (error: Error | null, answer: ServiceAnswer) => void;

const WHOLE_BYTES_MAX = 64 * 1024;

/**
 * Takes an answer off its connection. A stream for each would cost more than all else the gateway does; and one that
 * breaks off before it was passed on can still become a 503.
 */
export class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #answered: Answered;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #begun: Omit<ServiceAnswer, 'body'> | undefined;
  #stream: Readable | undefined;

  constructor(answered: Answered) {
    this.#answered = answered;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: IncomingHttpHeaders,
  ): void {
    // Informational: the answer follows.
    if (statusCode < 200) return;
    this.#begun = { statusCode, headers };
    const { 'content-length': length } = headers;
    if (length !== undefined && Number(length) <= WHOLE_BYTES_MAX) return;
    // Of no length are also those without a body; they end at once.
    this.#stream = this.#streamed();
    this.#answered(null, { statusCode, headers, body: this.#stream });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stream === undefined) this.#chunks.push(chunk);
    else if (!this.#stream.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.#stream !== undefined) this.#stream.push(null);
    else if (this.#begun !== undefined) {
      const [first, second] = this.#chunks;
      const body = first && second === undefined ? first : Buffer.concat(this.#chunks);
      this.#answered(null, { ...this.#begun, body });
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#stream === undefined) this.#answered(error, undefined as never);
    else this.#stream.destroy(error);
  }

  #streamed(): Readable {
    return new Readable({
      read: () => this.#controller?.resume(),
      destroy: (error, done) => {
        // The caller went away: the service need not finish the answer.
        this.#controller?.abort(error ?? new Error('nobody reads the answer'));
        done(error);
      },
    });
  }
}
