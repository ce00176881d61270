import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Band, BlockLikelihoodPage } from '@tact/contracts';
import {
  Answers,
  Describe,
  pageQuery,
  readCursor,
  RequireScope,
  Tenant,
  writeCursor,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { reasonOf } from './assess-contacts.ts';
import { type BlockLikelihoodRow, BlockLikelihoodTable } from './block-likelihood.table.ts';
import { AtLeast, ReadPosition } from '../facts/read-position.ts';

const ListQuery = z.strictObject({
  band: Band.optional().meta({ description: 'Contacts of this band alone.' }),
  atLeast: AtLeast,
  ...pageQuery,
});
type ListQuery = z.infer<typeof ListQuery>;

/** Place of a row in the list: no two rows share it, and it does not move while the row does not. */
const Place = z.tuple([z.number(), z.string()]);

/** The worklist of a tenant: most suspicious first. */
export class ListBlockLikelihoods extends Query<BlockLikelihoodPage> {
  constructor(
    readonly tenantId: string,
    readonly query: ListQuery,
  ) {
    super();
  }
}

@QueryHandler(ListBlockLikelihoods)
export class ListBlockLikelihoodsHandler implements IQueryHandler<ListBlockLikelihoods> {
  constructor(
    private readonly rows: DataSource,
    private readonly readPosition: ReadPosition,
  ) {}

  async execute({ tenantId, query }: ListBlockLikelihoods): Promise<BlockLikelihoodPage> {
    const position = await this.readPosition.reached(query.atLeast);
    // One row more than asked for tells whether there is a next page.
    const found = await this.#find(tenantId, query);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    return {
      items: page.map(({ contactId, probability, band, assessment, asOf }) => ({
        contactId,
        probability,
        band,
        reason: reasonOf(assessment),
        asOf: { position, at: asOf.toISOString() },
      })),
      ...(last !== undefined && found.length > page.length
        ? { nextCursor: writeCursor([last.probability, last.contactId]) }
        : {}),
    };
  }

  #find(tenantId: string, { band, limit, cursor }: ListQuery): Promise<BlockLikelihoodRow[]> {
    const select = this.rows
      .getRepository(BlockLikelihoodTable)
      .createQueryBuilder('row')
      .where('row.tenantId = :tenantId', { tenantId })
      .orderBy('row.probability', 'DESC')
      .addOrderBy('row.contactId', 'ASC')
      .limit(limit + 1);
    if (band !== undefined) select.andWhere('row.band = :band', { band });
    if (cursor !== undefined) {
      const [probability, contactId] = readCursor(cursor, Place);
      select.andWhere(
        `row.probability <= :probability
         AND (row.probability < :probability OR row.contactId > :contactId)`,
        { probability, contactId },
      );
    }
    return select.getMany();
  }
}

@Controller('v1/block-likelihoods')
export class ListBlockLikelihoodsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('scores:read')
  @Describe({
    operationId: 'listBlockLikelihoods',
    tag: 'Block likelihoods',
    summary: 'Lists contacts, most suspicious first',
    description: 'The current rows, aged once a day.',
  })
  @Answers(BlockLikelihoodPage, { description: 'A page of the worklist.' })
  list(
    @Tenant() tenantId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<BlockLikelihoodPage> {
    return this.queries.execute(new ListBlockLikelihoods(tenantId, query));
  }
}
