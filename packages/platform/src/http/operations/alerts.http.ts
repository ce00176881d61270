import { Controller, Get } from '@nestjs/common';
import { AlertList } from '@tact/contracts';
import { RaisedAlerts } from '../../alerts/raised-alerts.ts';
import { Caller, RequireOneScope } from '../access/access-decorators.ts';
import type { CallerIdentity } from '../access/caller.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';

@Operator()
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: RaisedAlerts) {}

  @Get()
  @RequireOneScope('alerts:read', 'operator')
  @Describe({
    operationId: 'listServiceAlerts',
    tag: 'Operations',
    summary: 'Lists alerts of the tenant and of the service',
    description: 'Those of the service are told to an operator alone: they speak of all tenants.',
  })
  @Answers(AlertList)
  async list(@Caller() { tenantId, scopes }: CallerIdentity): Promise<AlertList> {
    const isOperator = scopes.includes('operator');
    return {
      items: await (isOperator ? this.alerts.list(tenantId) : this.alerts.ofTenant(tenantId)),
    };
  }
}
