import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { BlockLikelihood, ContactId } from '@tact/contracts';
import { Answers, Clock, ProblemError, queryableOf, RequireScope, Tenant } from '@tact/platform';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { assess, dayOf } from '../assessment.ts';
import { type BlockLikelihoodRow, BlockLikelihoodTable } from '../block-likelihood.table.ts';
import { Facts, textOfKey } from '../facts.ts';
import { livePriors } from '../live-priors.ts';
import { AtLeast, Stand } from '../stand.ts';

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
    private readonly rows: DataSource,
    private readonly facts: Facts,
    private readonly stand: Stand,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, contactId, atLeast }: ShowBlockLikelihood): Promise<BlockLikelihood> {
    const position = await this.stand.reached(atLeast);
    const row = await this.rows
      .getRepository(BlockLikelihoodTable)
      .findOneBy({ tenantId, contactId });
    if (!row) throw new ProblemError('not-found');
    const { assessment, at } = await this.upToDate(row);
    const families = [...assessment.families];
    return { contactId, ...assessment, families, asOf: { position, at } };
  }

  /** Silence since the row was written counts too, so a row of an earlier day is assessed again, here only. */
  private async upToDate(row: BlockLikelihoodRow) {
    const today = dayOf(this.clock.now());
    if (row.asOfDay >= today) return { assessment: row.assessment, at: row.asOf.toISOString() };
    const facts = await this.facts.of([row]);
    const priorsOf = await livePriors(queryableOf(this.rows.manager), [row]);
    return assess(facts.get(textOfKey(row)) ?? [], today, priorsOf(row.tenantId));
  }
}

const Wanted = z.strictObject({ atLeast: AtLeast });
type Wanted = z.infer<typeof Wanted>;

@Controller('v1/contacts')
export class ShowBlockLikelihoodController {
  constructor(private readonly queries: QueryBus) {}

  /** `GET /v1/contacts/{contactId}/block-likelihood`; without a fact of this contact, 404 like a random id. */
  @Get(':contactId/block-likelihood')
  @RequireScope('scores:read')
  @Answers(BlockLikelihood)
  show(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @QueryString({ schema: Wanted }) { atLeast }: Wanted,
  ): Promise<BlockLikelihood> {
    return this.queries.execute(new ShowBlockLikelihood(tenantId, contactId, atLeast));
  }
}
