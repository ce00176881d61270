import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { BlockLikelihood, ContactId } from '@tact/contracts';
import {
  Answers,
  Describe,
  Discloses,
  ProblemError,
  RequireScope,
  RestrictedContacts,
  Tenant,
} from '@tact/platform';
import { z } from 'zod';
import { AtLeast, ReadPosition } from '../facts/read-position.ts';
import { AssessmentToday } from './assessment-today.ts';

/** How probable it is that one contact blocked the business, as of today. */
export class ShowBlockLikelihood extends Query<BlockLikelihood> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ShowBlockLikelihood)
export class ShowBlockLikelihoodHandler implements IQueryHandler<ShowBlockLikelihood> {
  constructor(
    private readonly today: AssessmentToday,
    private readonly readPosition: ReadPosition,
    private readonly restricted: RestrictedContacts,
  ) {}

  async execute({ tenantId, contactId, atLeast }: ShowBlockLikelihood): Promise<BlockLikelihood> {
    const position = await this.readPosition.reached(atLeast);
    const found = await this.today.of({ tenantId, contactId });
    if (!found) throw new ProblemError('not-found');
    await this.restricted.assertFree(tenantId, contactId);
    const { assessment, at } = found;
    const families = [...assessment.families];
    return { contactId, ...assessment, families, asOf: { position, at } };
  }
}

const ReadQuery = z.strictObject({ atLeast: AtLeast });
type ReadQuery = z.infer<typeof ReadQuery>;

@Controller('v1/contacts')
export class ShowBlockLikelihoodController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':contactId/block-likelihood')
  @Discloses('block-likelihood')
  @RequireScope('scores:read')
  @Describe({
    operationId: 'showBlockLikelihood',
    tag: 'Block likelihoods',
    summary: 'Shows how probable a block is, and why',
    description:
      'A contact without facts answers like a random id; one whose use is restricted is refused with 423.',
    refuses: ['restricted'],
  })
  @Answers(BlockLikelihood, { description: 'The likelihood with its explanation.' })
  show(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @QueryString({ schema: ReadQuery }) { atLeast }: ReadQuery,
  ): Promise<BlockLikelihood> {
    return this.queries.execute(new ShowBlockLikelihood(tenantId, contactId, atLeast));
  }
}
