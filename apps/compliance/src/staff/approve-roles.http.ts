import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApproveRolesRequest, type Role, StaffId, StaffView } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Clock,
  Describe,
  DisclosesList,
  EventStore,
  ProblemError,
  RequireOneScope,
  StaffRegister,
} from '@tact/platform';
import { auditOf, dismissedBefore, viewOf } from './staff.ts';
import { WeightyRoles } from './weighty-roles.ts';

/** A second person agrees to what somebody is to be. */
export class ApproveRoles extends Command<StaffView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly staffId: string,
    readonly roles: readonly Role[],
  ) {
    super();
  }
}

@CommandHandler(ApproveRoles)
export class ApproveRolesHandler implements ICommandHandler<ApproveRoles> {
  constructor(
    private readonly register: StaffRegister,
    private readonly weighty: WeightyRoles,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, staffId, roles }: ApproveRoles): Promise<StaffView> {
    const { register } = this;
    const { tenantId, actorId: by } = caller;
    const record = await this.store.transaction(async (tx) => {
      await register.lock(tx, tenantId);
      const person = await register.find(tx, { tenantId, staffId });
      if (person === undefined) throw new ProblemError('not-found');
      if (person.dismissedAt !== null) throw dismissedBefore();
      await this.weighty.agree(tx, caller, { person, roles });
      await register.setRoles(tx, person, roles);
      const at = this.clock.now().toISOString();
      const change = { tenantId, staffId, by, at };
      const data = { ...change, roles: [...roles], previousRoles: [...person.roles] };
      await this.store.appendIn(tx, [auditOf('StaffRolesChanged', data)]);
      return { ...person, roles, proposed: null };
    });
    return viewOf(record, { register, caller });
  }
}

@Controller('v1/staff')
export class ApproveRolesController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':staffId/approvals')
  @HttpCode(200)
  @RequireOneScope('staff:write', 'staff:read')
  @Audited('StaffRolesChanged')
  @DisclosesList('staff')
  @Describe({
    operationId: 'approveRoles',
    tag: 'Staff',
    summary: 'Agrees to roles that a colleague proposed for somebody',
    description:
      'As a second person, who worked here before they were proposed and is not whom they are for, within 72 hours.',
    refuses: ['unprocessable'],
  })
  @Answers(StaffView, { description: 'The member of staff as they are now.' })
  approve(
    @Caller() caller: CallerIdentity,
    @Param('staffId', { schema: StaffId }) staffId: string,
    @Body({ schema: ApproveRolesRequest }) { roles }: ApproveRolesRequest,
  ): Promise<StaffView> {
    return this.commands.execute(new ApproveRoles(caller, staffId, roles));
  }
}
