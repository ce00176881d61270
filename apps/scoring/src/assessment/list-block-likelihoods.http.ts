import { Controller, Get, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Band, BlockLikelihoodPage } from '@tact/contracts';
import {
  Answers,
  Describe,
  DisclosesList,
  pageQuery,
  queryableOf,
  readCursor,
  RequireScope,
  RestrictedContacts,
  Tenant,
  writeCursor,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { reasonOf } from './assess-contacts.ts';
import type { BlockLikelihoodRow } from './block-likelihood.table.ts';
import { storedAssessment } from './stored-assessment.ts';
import { AtLeast, ReadPosition } from '../facts/read-position.ts';

const ListQuery = z.strictObject({
  band: Band.optional().meta({ description: 'Contacts of this band alone.' }),
  atLeast: AtLeast,
  ...pageQuery,
});
type ListQuery = z.infer<typeof ListQuery>;

/** Place of a row in the list: no two rows share it, and it does not move while the row does not. */
const Place = z.tuple([z.number(), z.string()]);

const HIGHEST = 1;

type Found = Pick<BlockLikelihoodRow, 'contactId' | 'probability' | 'band' | 'asOf'> & {
  readonly stored: Buffer;
};

/**
 * The first of each band that are asked for, and of them the first of all: one index serves the list and the lists of
 * bands. It is written with every change of every contact.
 */
const listOfBands = `
SELECT first.* FROM unnest($2::text[]) AS asked (band), LATERAL (
  SELECT contact_id AS "contactId", probability, row.band, assessment AS stored, as_of AS "asOf"
  FROM block_likelihoods AS row
  WHERE tenant_id = $1 AND row.band = asked.band AND probability <= $3
    AND (probability < $3 OR contact_id > $4)
    AND contact_id <> ALL ($6::text[])
  ORDER BY probability DESC, contact_id LIMIT $5) AS first
ORDER BY probability DESC, "contactId" COLLATE "C" LIMIT $5`;

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
    private readonly restricted: RestrictedContacts,
  ) {}

  async execute({ tenantId, query }: ListBlockLikelihoods): Promise<BlockLikelihoodPage> {
    const position = await this.readPosition.reached(query.atLeast);
    // One row more than asked for tells whether there is a next page.
    const found = await this.#find(tenantId, query);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    return {
      items: page.map(({ contactId, probability, band, stored, asOf }) => ({
        contactId,
        probability,
        band,
        reason: reasonOf(storedAssessment.from(stored)),
        asOf: { position, at: asOf.toISOString() },
      })),
      ...(last !== undefined && found.length > page.length
        ? { nextCursor: writeCursor([last.probability, last.contactId]) }
        : {}),
    };
  }

  async #find(tenantId: string, { band, limit, cursor }: ListQuery): Promise<Found[]> {
    const bands = band === undefined ? Band.options : [band];
    const [probability, contactId] =
      cursor === undefined ? [HIGHEST, ''] : readCursor(cursor, Place);
    // What is known of them is kept and not used (GDPR Art. 18): a worklist is a use.
    const leftOut = await this.restricted.idsIn(tenantId);
    const values = [tenantId, bands, probability, contactId, limit + 1, leftOut];
    return await queryableOf(this.rows.manager).query<Found>(
      listOfBands,
      values,
      'list_likelihoods',
    );
  }
}

@Controller('v1/block-likelihoods')
export class ListBlockLikelihoodsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequireScope('scores:read')
  @DisclosesList('block-likelihoods')
  @Describe({
    operationId: 'listBlockLikelihoods',
    tag: 'Block likelihoods',
    summary: 'Lists contacts, most suspicious first',
    description:
      'The current rows, aged once a day. Contacts whose use is restricted are left out.',
  })
  @Answers(BlockLikelihoodPage, { description: 'A page of the worklist.' })
  list(
    @Tenant() tenantId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<BlockLikelihoodPage> {
    return this.queries.execute(new ListBlockLikelihoods(tenantId, query));
  }
}
