import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ConsentRecordId, ShownReceipt } from '@tact/contracts';
import { Answers, Describe, Discloses, RequireScope, Tenant } from '@tact/platform';
import { ConsentReceipts } from './receipts.ts';

export class ShowReceipt extends Query<ShownReceipt> {
  constructor(
    readonly tenantId: string,
    readonly consentId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowReceipt)
export class ShowReceiptHandler implements IQueryHandler<ShowReceipt> {
  constructor(private readonly receipts: ConsentReceipts) {}

  async execute({ tenantId, consentId }: ShowReceipt): Promise<ShownReceipt> {
    return { consentId, ...(await this.receipts.of(tenantId, consentId)) };
  }
}

@Controller('v1/consents')
export class ShowReceiptController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':consentId/receipt')
  @RequireScope('consents:write')
  @Discloses('consent-receipt')
  @Describe({
    operationId: 'showReceipt',
    tag: 'Consents',
    summary: 'Shows the signed record of a consent',
    description:
      'The record in the fields of ISO/IEC TS 27560, and the same signed, for whoever checks it without us: the keys are at `/.well-known/privacy-jwks.json`.',
  })
  @Answers(ShownReceipt, { description: 'The record and its signature.' })
  show(
    @Tenant() tenantId: string,
    @Param('consentId', { schema: ConsentRecordId }) consentId: string,
  ): Promise<ShownReceipt> {
    return this.queries.execute(new ShowReceipt(tenantId, consentId));
  }
}
