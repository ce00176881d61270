import { Injectable } from '@nestjs/common';
import { isClosed } from '@tact/domain';
import { Clock, type Job, type JobHandler, type Queryable } from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { type OfRequest, sendCode } from './request-jobs.ts';
import { RequestCodes } from './request-codes.ts';
import { RequestLetters } from './request-letters.ts';
import { RequestedPeople } from './requested-people.ts';

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
    private readonly people: RequestedPeople,
    private readonly codes: RequestCodes,
    private readonly letters: RequestLetters,
    private readonly clock: Clock,
  ) {}

  async handle(tx: Queryable, jobs: readonly Job<OfCode>[]): Promise<void> {
    for (const { payload } of jobs) await this.#send(tx, payload);
  }

  async #send(tx: Queryable, { codeId, ...asked }: OfCode): Promise<void> {
    const { tenantId, requestId } = asked;
    // Whoever asks for a code at once is not to wait for the look-up of their request.
    const contactIds = await this.people.of(tx, asked);
    const found = { kind: 'resolve', contactIds, now: this.clock.now() } as const;
    await this.requests.actIn(tx, asked, { command: found });
    const state = await this.requests.stateIn(tx, asked);
    const drawn = await this.codes.draw(tx, { requestId, codeId });
    if (drawn === undefined || isClosed[state.state] || drawn.channel !== 'email') return;
    const to = await this.letters.addresseeOf(tx, { tenantId, state });
    if (to === undefined) return;
    const { code, channel, expiresAt } = drawn;
    const isLeft = await this.letters.sendCode(tx, { tenantId, to, codeId, code, expiresAt });
    if (!isLeft) return;
    const sent = { kind: 'send-code', codeId, channel, expiresAt, now: this.clock.now() } as const;
    await this.requests.actIn(tx, asked, { command: sent });
  }
}
