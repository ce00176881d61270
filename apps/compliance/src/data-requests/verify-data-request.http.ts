import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  DataRequestChanged,
  DataRequestId,
  includesScope,
  VerifyDataRequest,
} from '@tact/contracts';
import type { RequestRefusal } from '@tact/domain';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  ProblemError,
  type Queryable,
  RequireScope,
} from '@tact/platform';
import { DataRequests, type Decided } from './data-requests.ts';
import { RequestCodes } from './request-codes.ts';
import { RequestProofs } from './request-proofs.ts';
import { changedBy, decidedOr } from './request-problems.ts';
import type { Asked } from './request-stream.ts';

/** Proves who asks: by the code that came, or by what a member of staff was shown. */
export class VerifyRequest extends Command<DataRequestChanged> {
  constructor(
    readonly asked: Asked,
    readonly shown: VerifyDataRequest,
  ) {
    super();
  }
}

@CommandHandler(VerifyRequest)
export class VerifyRequestHandler implements ICommandHandler<VerifyRequest> {
  constructor(
    private readonly requests: DataRequests,
    private readonly codes: RequestCodes,
    private readonly proofs: RequestProofs,
  ) {}

  async execute({ asked, shown }: VerifyRequest): Promise<DataRequestChanged> {
    const { code, evidence } = shown;
    if (evidence !== undefined) {
      const proof = { kind: 'evidence', ...evidence } as const;
      const proven = await this.requests.within((tx) => this.proofs.take(tx, asked, proof));
      return changedBy(decidedOr(proven));
    }
    const tried = await this.requests.within((tx) => this.#try(tx, asked, code ?? ''));
    // One sentence for a wrong code, one that is over, and one that nobody was ever sent.
    if (typeof tried === 'string') throw new ProblemError('verification-refused');
    return changedBy(tried);
  }

  /** A wrong code is counted, so what it leaves is committed. */
  async #try(tx: Queryable, asked: Asked, code: string): Promise<Decided | RequestRefusal> {
    await this.requests.lockedIn(tx, asked);
    const tried = await this.codes.attempt(tx, asked.requestId, code);
    if (tried === undefined || tried.answer === 'dead') return 'not-now';
    const { codeId, channel, isClosed, misses: attempt } = tried;
    if (tried.answer === 'accepted') {
      return await this.proofs.take(tx, asked, { kind: 'code', channel, codeId });
    }
    await this.requests.actIn(tx, asked, { kind: 'miss-code', codeId, attempt, isClosed });
    return 'not-now';
  }
}

@Controller('v1/data-requests')
export class VerifyDataRequestController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':requestId/verify')
  @HttpCode(200)
  @RequireScope('data-requests:write')
  @Audited('DataRequestProven', 'DataRequestResumed')
  @Describe({
    operationId: 'verifyDataRequest',
    tag: 'Data requests',
    summary: 'Proves who asks',
    description:
      'With the code that came to the identifier on file; whatever is wrong with it, and whoever is unknown, the refusal is the same. Or with evidence, which needs `data-requests:decide`. Copies of data take a second proof of another kind where the last verified contact is older than 90 days.',
    refuses: ['not-found', 'not-now', 'scope-missing', 'unprocessable', 'verification-refused'],
  })
  @Answers(DataRequestChanged, { description: 'Where the request stands.' })
  verify(
    @Caller() { tenantId, scopes }: CallerIdentity,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
    @Body({ schema: VerifyDataRequest }) shown: VerifyDataRequest,
  ): Promise<DataRequestChanged> {
    const isAllowed = shown.evidence === undefined || includesScope(scopes, 'data-requests:decide');
    if (!isAllowed) {
      throw new ProblemError('scope-missing', { detail: 'Evidence needs data-requests:decide.' });
    }
    return this.commands.execute(new VerifyRequest({ tenantId, requestId }, shown));
  }
}
