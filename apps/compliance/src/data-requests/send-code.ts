import { Injectable } from '@nestjs/common';
import type { CodeChannel } from '@tact/contracts';
import { isClosed } from '@tact/domain';
import { type Job, type JobHandler, type Queryable } from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { type OfRequest, sendCode } from './request-jobs.ts';
import { RequestCodes } from './request-codes.ts';
import { RequestLetters } from './request-letters.ts';
import { ResolveRequest } from './resolve-request.ts';

type OfCode = OfRequest & { readonly codeId: string };

/**
 * Draws each code that was asked for, and sends it where there is somebody to send it to. Of nobody, of several people and of
 * a channel that nothing can be sent by yet, a code is drawn all the same: no try can tell.
 */
@Injectable()
export class SendCodeWork implements JobHandler<OfCode> {
  readonly kind = sendCode;
  /** It holds the lock of its request. */
  readonly batchMax = 1;

  constructor(
    private readonly requests: DataRequests,
    private readonly resolving: ResolveRequest,
    private readonly codes: RequestCodes,
    private readonly letters: RequestLetters,
  ) {}

  async handle(tx: Queryable, jobs: readonly Job<OfCode>[]): Promise<void> {
    for (const { payload } of jobs) await this.#send(tx, payload);
  }

  async #send(tx: Queryable, { codeId, ...asked }: OfCode): Promise<void> {
    const { tenantId, requestId } = asked;
    // Whoever asks for a code at once is not to wait for the look-up of their request.
    await this.resolving.run(tx, asked);
    const state = await this.requests.lockedIn(tx, asked);
    const drawn = await this.codes.draw(tx, { requestId, codeId });
    if (drawn === undefined || isClosed[state.state] || !isSent[drawn.channel]) return;
    const to = await this.letters.addresseeOf(tx, { tenantId, state });
    if (to === undefined) return;
    const { code, channel, expiresAt } = drawn;
    const isLeft = await this.letters.sendCode(tx, { tenantId, to, codeId, code, expiresAt });
    if (!isLeft) return;
    await this.codes.noteAddress(tx, { requestId, codeId }, to.ref);
    await this.requests.actIn(tx, asked, { kind: 'send-code', codeId, channel, expiresAt });
  }
}

/** By which channels a code can be sent today. */
const isSent: Readonly<Record<CodeChannel, boolean>> = { email: true, whatsapp: false };
