import { Controller, Get } from '@nestjs/common';
import { AlertList } from '@tact/contracts';
import { RaisedAlerts } from '../../alerts/raised-alerts.ts';
import { RequireScope, Tenant } from '../access/access-decorators.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';

@Operator()
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: RaisedAlerts) {}

  @Get()
  @RequireScope('admin')
  @Describe({
    operationId: 'listServiceAlerts',
    tag: 'Operations',
    summary: 'Lists alerts of the tenant and of the service',
  })
  @Answers(AlertList)
  async list(@Tenant() tenantId: string): Promise<AlertList> {
    return { items: await this.alerts.list(tenantId) };
  }
}
