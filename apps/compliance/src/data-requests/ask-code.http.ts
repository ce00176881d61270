import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AskCodeRequest, type CodeChannel, CodeAsked, DataRequestId } from '@tact/contracts';
import { isClosed } from '@tact/domain';
import {
  Answers,
  Describe,
  Idempotent,
  Jobs,
  ProblemError,
  RequireScope,
  Tenant,
  Unaudited,
} from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { RequestCodes } from './request-codes.ts';
import { sendCode } from './request-jobs.ts';
import { RequestLetters } from './request-letters.ts';
import { problemOf } from './request-problems.ts';
import type { Asked } from './request-stream.ts';

/** Asks for a code. Nobody is looked up while the caller waits, so the answer is the same for everybody. */
export class AskCode extends Command<CodeAsked> {
  constructor(
    readonly asked: Asked,
    readonly channel: CodeChannel,
  ) {
    super();
  }
}

@CommandHandler(AskCode)
export class AskCodeHandler implements ICommandHandler<AskCode> {
  constructor(
    private readonly requests: DataRequests,
    private readonly codes: RequestCodes,
    private readonly letters: RequestLetters,
    private readonly jobs: Jobs,
  ) {}

  async execute({ asked, channel }: AskCode): Promise<CodeAsked> {
    return await this.requests.within(async (tx) => {
      const state = await this.requests.lockedIn(tx, asked);
      if (isClosed[state.state]) throw problemOf('not-now');
      if (!this.letters.areSent) {
        const detail = 'No mail can leave: SMTP_URL is not set.';
        throw new ProblemError('unavailable', { detail });
      }
      const made = await this.codes.ask(tx, asked, channel);
      if ('retryAfterSeconds' in made) throw new ProblemError('rate-limited', made);
      const { codeId, expiresAt } = made;
      await this.jobs.schedule(tx, sendCode, { payload: { ...asked, codeId }, priority: 'high' });
      return { requestId: asked.requestId, expiresAt: expiresAt.toISOString() };
    });
  }
}

@Controller('v1/data-requests')
export class AskCodeController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':requestId/codes')
  @HttpCode(202)
  @RequireScope('data-requests:write')
  @Idempotent()
  @Unaudited('Whose request it is asks for it; what the code proves is the act.')
  @Describe({
    operationId: 'askDataRequestCode',
    tag: 'Data requests',
    summary: 'Sends a code to the identifier on file',
    description:
      'To the address that the contact is filed under, never to one that the request gave: known or unknown, the answer is the same. By e-mail; nothing is sent by WhatsApp yet. The newest code counts, for half an hour, once, and for five tries; five codes a day.',
    refuses: ['not-found', 'not-now', 'rate-limited', 'unavailable'],
  })
  @Answers(CodeAsked, { description: 'Until when a code would count.' })
  ask(
    @Tenant() tenantId: string,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
    @Body({ schema: AskCodeRequest }) { channel }: AskCodeRequest,
  ): Promise<CodeAsked> {
    return this.commands.execute(new AskCode({ tenantId, requestId }, channel));
  }
}
