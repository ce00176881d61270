import { Body, Controller, Delete, Param, Put, Query as QueryString } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ChangeStaffRequest,
  type Role,
  StaffChangeQuery,
  StaffId,
  StaffView,
} from '@tact/contracts';
import {
  Answers,
  Caller,
  type CallerIdentity,
  Clock,
  Describe,
  EventStore,
  ProblemError,
  type Queryable,
  RequireScope,
  type StaffRecord,
  StaffRegister,
} from '@tact/platform';
import { auditOf, dismissedBefore, lastAdmin, mayForce, refuseOwnRoles, viewOf } from './staff.ts';

type Change = { readonly staffId: string; readonly force: boolean };

/** Gives a member of staff other roles. */
export class ChangeStaff extends Command<StaffView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly change: Change & { readonly roles: readonly Role[] },
  ) {
    super();
  }
}

/** Ends somebody's work for the tenant; what they did stays. */
export class DismissStaff extends Command<StaffView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly change: Change,
  ) {
    super();
  }
}

/** Of a tenant at a time, so that the last administrator is the last. */
const lockedRecord = async (
  tx: Queryable,
  register: StaffRegister,
  who: { tenantId: string; staffId: string },
): Promise<StaffRecord> => {
  await register.lock(tx, who.tenantId);
  const record = await register.find(tx, who);
  if (record === undefined) throw new ProblemError('not-found');
  return record;
};

const assertNotLast = async (
  tx: Queryable,
  register: StaffRegister,
  { record, isForced }: { record: StaffRecord; isForced: boolean },
): Promise<void> => {
  if (isForced || !record.roles.includes('admin')) return;
  if ((await register.otherAdmins(tx, record)) === 0) throw lastAdmin();
};

@CommandHandler(ChangeStaff)
export class ChangeStaffHandler implements ICommandHandler<ChangeStaff> {
  constructor(
    private readonly register: StaffRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, change: { staffId, roles, force } }: ChangeStaff): Promise<StaffView> {
    const { register } = this;
    const { tenantId, actorId: by } = caller;
    const record = await this.store.transaction(async (tx) => {
      const before = await lockedRecord(tx, register, { tenantId, staffId });
      refuseOwnRoles(caller, staffId);
      if (before.dismissedAt !== null) throw dismissedBefore();
      const isSame = [...before.roles].toSorted().join() === [...roles].toSorted().join();
      if (isSame) return before;
      const isForced = mayForce(caller, force) || roles.includes('admin');
      await assertNotLast(tx, register, { record: before, isForced });
      await register.setRoles(tx, { tenantId, staffId }, roles);
      const at = this.clock.now().toISOString();
      const previousRoles = [...before.roles];
      await this.store.appendIn(tx, [
        auditOf('StaffRolesChanged', {
          tenantId,
          staffId,
          by,
          at,
          roles: [...roles],
          previousRoles,
        }),
      ]);
      return { ...before, roles };
    });
    return viewOf(record, { register, caller });
  }
}

@CommandHandler(DismissStaff)
export class DismissStaffHandler implements ICommandHandler<DismissStaff> {
  constructor(
    private readonly register: StaffRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, change: { staffId, force } }: DismissStaff): Promise<StaffView> {
    const { register } = this;
    const { tenantId, actorId: by } = caller;
    const record = await this.store.transaction(async (tx) => {
      const before = await lockedRecord(tx, register, { tenantId, staffId });
      if (before.dismissedAt !== null) return before;
      await assertNotLast(tx, register, { record: before, isForced: mayForce(caller, force) });
      await register.dismiss(tx, { tenantId, staffId });
      const at = this.clock.now().toISOString();
      await this.store.appendIn(tx, [auditOf('StaffDismissed', { tenantId, staffId, by, at })]);
      return (await register.find(tx, { tenantId, staffId })) ?? before;
    });
    return viewOf(record, { register, caller });
  }
}

@Controller('v1/staff')
export class ChangeStaffController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':staffId')
  @RequireScope('staff:write')
  @Describe({
    operationId: 'changeStaff',
    tag: 'Staff',
    summary: 'Gives a member of staff other roles',
    description:
      'What their keys and sessions open follows within five seconds. Nobody changes their own roles, and the last who is `admin` stays it.',
    refuses: ['unprocessable'],
  })
  @Answers(StaffView, { description: 'The member of staff as they are now.' })
  change(
    @Caller() caller: CallerIdentity,
    @Param('staffId', { schema: StaffId }) staffId: string,
    @QueryString({ schema: StaffChangeQuery }) { force }: StaffChangeQuery,
    @Body({ schema: ChangeStaffRequest }) { roles }: ChangeStaffRequest,
  ): Promise<StaffView> {
    const change = { staffId, roles, force: force === 'true' };
    return this.commands.execute(new ChangeStaff(caller, change));
  }

  @Delete(':staffId')
  @RequireScope('staff:write')
  @Describe({
    operationId: 'dismissStaff',
    tag: 'Staff',
    summary: 'Dismisses a member of staff',
    description:
      'Their keys, sessions and signed tokens open nothing within five seconds; what they did stays under their id. Repeating it changes nothing. The last who is `admin` is dismissed with `force=true` and a key of the installation only.',
    refuses: ['unprocessable'],
  })
  @Answers(StaffView, { description: 'The member of staff as they are now.' })
  dismiss(
    @Caller() caller: CallerIdentity,
    @Param('staffId', { schema: StaffId }) staffId: string,
    @QueryString({ schema: StaffChangeQuery }) { force }: StaffChangeQuery,
  ): Promise<StaffView> {
    return this.commands.execute(new DismissStaff(caller, { staffId, force: force === 'true' }));
  }
}
