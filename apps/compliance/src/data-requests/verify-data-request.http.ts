import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  DataRequestChanged,
  DataRequestId,
  includesScope,
  type IdentityProof,
  VerifyDataRequest,
} from '@tact/contracts';
import type { RequestRefusal } from '@tact/domain';
import {
  Answers,
  Caller,
  type CallerIdentity,
  Clock,
  Describe,
  EventStore,
  ProblemError,
  type Queryable,
  RequireScope,
} from '@tact/platform';
import { AddressesOnFile } from '../addresses/addresses-on-file.ts';
import { DataRequests, type Decided } from './data-requests.ts';
import { RequestCodes } from './request-codes.ts';
import { RequestLetters } from './request-letters.ts';
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
    private readonly store: EventStore,
    private readonly requests: DataRequests,
    private readonly codes: RequestCodes,
    private readonly letters: RequestLetters,
    private readonly addresses: AddressesOnFile,
    private readonly clock: Clock,
  ) {}

  async execute({ asked, shown }: VerifyRequest): Promise<DataRequestChanged> {
    const { code, evidence } = shown;
    if (evidence !== undefined) {
      const proof = { kind: 'evidence', ...evidence } as const;
      const proven = await this.store.transaction((tx) => this.#prove(tx, asked, proof));
      return changedBy(decidedOr(proven));
    }
    const tried = await this.store.transaction((tx) => this.#try(tx, asked, code ?? ''));
    // One sentence for a wrong code, one that is over, and one that nobody was ever sent.
    if (typeof tried === 'string') throw new ProblemError('verification-refused');
    return changedBy(tried);
  }

  /** A wrong code is counted, so what it leaves is committed. */
  async #try(tx: Queryable, asked: Asked, code: string): Promise<Decided | RequestRefusal> {
    await this.requests.stateIn(tx, asked);
    const tried = await this.codes.attempt(tx, asked.requestId, code);
    if (tried === undefined || tried.answer === 'dead') return 'not-now';
    const { codeId, channel, isClosed, misses: attempt } = tried;
    if (tried.answer === 'accepted') {
      return await this.#prove(tx, asked, { kind: 'code', channel, codeId });
    }
    const missed = { kind: 'miss-code', codeId, attempt, isClosed, now: this.clock.now() } as const;
    await this.requests.actIn(tx, asked, { command: missed });
    return 'not-now';
  }

  async #prove(
    tx: Queryable,
    asked: Asked,
    proof: IdentityProof,
  ): Promise<Decided | RequestRefusal> {
    const { tenantId } = asked;
    const now = this.clock.now();
    const before = await this.requests.stateIn(tx, asked);
    const to = await this.letters.addresseeOf(tx, { tenantId, state: before });
    const command = { kind: 'prove', proof, verifiedAt: to?.verifiedAt, now } as const;
    const decided = await this.requests.actIn(tx, asked, { command });
    if (typeof decided === 'string' || to === undefined) return decided;
    // A code alone says who reads the address now, and not that it is the person's still: beside evidence it says both.
    const { proofs } = decided.state;
    const isByBoth = proofs.includes('code-email') && proofs.length > 1;
    if (isByBoth) await this.addresses.noteProof(tx, { tenantId, ref: to.ref, at: now });
    return decided;
  }
}

@Controller('v1/data-requests')
export class VerifyDataRequestController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':requestId/verify')
  @HttpCode(200)
  @RequireScope('data-requests:write')
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
