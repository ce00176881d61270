import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ContactId, LikelihoodHistoryPage } from '@tact/contracts';
import {
  Answers,
  Clock,
  Describe,
  Discloses,
  pageQuery,
  ProblemError,
  readCursor,
  RequireScope,
  RestrictedContacts,
  Tenant,
  pageOf,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { AtLeast, ReadPosition } from '../../facts/read-position.ts';
import { type LikelihoodHistoryRow, LikelihoodHistoryTable } from './likelihood-history.table.ts';

const ListQuery = z.strictObject({ atLeast: AtLeast, ...pageQuery });
type ListQuery = z.infer<typeof ListQuery>;

const Place = z.tuple([z.iso.date()]);

/** The assessments of one contact, day by day, the latest first. */
export class ShowHistory extends Query<LikelihoodHistoryPage> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
    readonly query: ListQuery,
  ) {
    super();
  }
}

const itemOf = ({ day, assessment, ...row }: LikelihoodHistoryRow) => {
  const { causes, priorLogOdds, families, rule } = assessment;
  const { probability, band, modelVersion } = row;
  return {
    day,
    probability,
    band,
    causes,
    priorLogOdds,
    modelVersion,
    families: [...families],
    rule,
  };
};

@QueryHandler(ShowHistory)
export class ShowHistoryHandler implements IQueryHandler<ShowHistory> {
  constructor(
    private readonly rows: DataSource,
    private readonly readPosition: ReadPosition,
    private readonly clock: Clock,
    private readonly restricted: RestrictedContacts,
  ) {}

  async execute({ tenantId, contactId, query }: ShowHistory): Promise<LikelihoodHistoryPage> {
    const { atLeast, limit, cursor } = query;
    const position = await this.readPosition.reached(atLeast);
    const select = this.rows
      .getRepository(LikelihoodHistoryTable)
      .createQueryBuilder('row')
      .where('row.tenantId = :tenantId AND row.contactId = :contactId', { tenantId, contactId })
      .orderBy('row.day', 'DESC')
      // One row more than asked for tells whether there is a next page.
      .limit(limit + 1);
    if (cursor !== undefined) {
      const [before] = readCursor(cursor, Place);
      select.andWhere('row.day < :before', { before });
    }
    const found = await select.getMany();
    if (found.length === 0 && cursor === undefined) throw new ProblemError('not-found');
    await this.restricted.assertFree(tenantId, contactId);
    const { shown: page, next } = pageOf(found, limit, (last) => [last.day]);
    return {
      items: page.map(itemOf),
      ...next,
      asOf: { position, at: this.clock.now().toISOString() },
    };
  }
}

@Controller('v1/contacts')
export class ShowHistoryController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':contactId/block-likelihood/history')
  @Discloses('likelihood-history')
  @RequireScope('scores:read')
  @Describe({
    operationId: 'showLikelihoodHistory',
    tag: 'Block likelihoods',
    summary: 'Shows the assessments of a contact, day by day',
    description:
      'The latest day first. A contact without facts answers like a random id; one whose use is restricted is refused with 423.',
    refuses: ['restricted'],
  })
  @Answers(LikelihoodHistoryPage, { description: 'A page of days.' })
  show(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<LikelihoodHistoryPage> {
    return this.queries.execute(new ShowHistory(tenantId, contactId, query));
  }
}
