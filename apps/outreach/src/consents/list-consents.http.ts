import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { AtLeast, Channel, ConsentList, ContactId, Purpose } from '@tact/contracts';
import { listedSuppressions, standingConsent } from '@tact/domain';
import {
  Answers,
  Clock,
  Describe,
  Discloses,
  ProjectionPosition,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { ConsentTable } from './consent.table.ts';

export class ListConsents extends Query<ConsentList> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListConsents)
export class ListConsentsHandler implements IQueryHandler<ListConsents> {
  constructor(
    private readonly rows: DataSource,
    private readonly readPosition: ProjectionPosition,
    private readonly clock: Clock,
    private readonly policies: ContactPolicies,
  ) {}

  async execute({ tenantId, contactId: asked, atLeast }: ListConsents): Promise<ConsentList> {
    // The instants of refusals are sealed in the ledger, and nowhere in clear.
    const { contactId, state } = await this.policies.of(tenantId, asked);
    const position = await this.readPosition.reached('consents', atLeast);
    const rows = await this.rows.getRepository(ConsentTable).find({
      where: { tenantId, contactId },
      order: { purpose: 'ASC', channel: 'ASC' },
    });
    return ConsentList.parse({
      suppressions: listedSuppressions(state.suppressions),
      items: rows.map(({ at, ...row }) => {
        const stands = standingConsent(state, {
          purpose: Purpose.parse(row.purpose),
          channel: Channel.parse(row.channel),
        });
        // What the person took back is no consent, whatever was told since.
        const isBack = stands?.state === 'withdrawn' && row.state === 'given';
        return isBack
          ? { ...row, state: stands.state, at: stands.at }
          : { ...row, at: at.toISOString() };
      }),
      asOf: { position, at: this.clock.now().toISOString() },
    });
  }
}

@Controller('v1/contacts')
export class ListConsentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':contactId/consents')
  @Discloses('consents')
  @RequireScope('consents:write')
  @Describe({
    operationId: 'listConsents',
    tag: 'Consents',
    summary: 'Lists the consents of a contact',
    description:
      'The latest consent for each purpose and channel, and what the person asked us to stop.',
  })
  @Answers(ConsentList, { description: 'Consents and suppressions.' })
  list(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @QueryString({ schema: AtLeast }) { atLeast }: AtLeast,
  ): Promise<ConsentList> {
    return this.queries.execute(new ListConsents(tenantId, contactId, atLeast));
  }
}
