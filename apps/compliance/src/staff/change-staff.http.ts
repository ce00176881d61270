import { Body, Controller, Delete, Param, Put, Query as QueryString } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ChangeStaffRequest,
  DismissedStaff,
  type Role,
  StaffChangeQuery,
  StaffId,
  StaffView,
} from '@tact/contracts';
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
  type Queryable,
  RequireScope,
  type StaffRecord,
  StaffRegister,
} from '@tact/platform';
import {
  auditOf,
  dismissedBefore,
  lastAdmin,
  mayForce,
  refuseOwnRoles,
  refuseRolesBeyond,
  viewOf,
} from './staff.ts';
import { WeightyRoles } from './weighty-roles.ts';

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
export class DismissStaff extends Command<DismissedStaff> {
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
    private readonly weighty: WeightyRoles,
  ) {}

  async execute({ caller, change: { staffId, roles, force } }: ChangeStaff): Promise<StaffView> {
    const { register } = this;
    const { tenantId, actorId: by } = caller;
    const record = await this.store.transaction(async (tx) => {
      const before = await lockedRecord(tx, register, { tenantId, staffId });
      refuseOwnRoles(caller, staffId);
      if (before.dismissedAt !== null) throw dismissedBefore();
      const isSame = [...before.roles].toSorted().join() === [...roles].toSorted().join();
      refuseRolesBeyond(caller, roles);
      if (isSame && before.proposed === null) return before;
      if (await this.weighty.waits(tx, caller, { held: before.roles, roles })) {
        return this.weighty.propose(tx, caller, { person: before, roles });
      }
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
      return { ...before, roles, proposed: null };
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

  async execute({ caller, change: { staffId, force } }: DismissStaff): Promise<DismissedStaff> {
    const { register } = this;
    const { tenantId, actorId: by } = caller;
    const { record, endedKeyIds } = await this.store.transaction(async (tx) => {
      const before = await lockedRecord(tx, register, { tenantId, staffId });
      if (before.dismissedAt !== null) return { record: before, endedKeyIds: [] };
      await assertNotLast(tx, register, { record: before, isForced: mayForce(caller, force) });
      const ended = await register.dismiss(tx, { tenantId, staffId });
      const at = this.clock.now().toISOString();
      await this.store.appendIn(tx, [auditOf('StaffDismissed', { tenantId, staffId, by, at })]);
      const after = (await register.find(tx, { tenantId, staffId })) ?? before;
      return { record: after, endedKeyIds: [...ended] };
    });
    return { ...(await viewOf(record, { register, caller })), endedKeyIds };
  }
}

@Controller('v1/staff')
export class ChangeStaffController {
  constructor(private readonly commands: CommandBus) {}

  @Put(':staffId')
  @RequireScope('staff:write')
  @Audited('StaffRolesChanged', 'StaffRolesProposed')
  @DisclosesList('staff')
  @Describe({
    operationId: 'changeStaff',
    tag: 'Staff',
    summary: 'Gives a member of staff other roles',
    description:
      'What their keys and sessions open follows within five seconds. Nobody changes their own roles, and the last who is `admin` stays it. Where two people or more work here, `compliance` and `admin` wait for another one who agrees.',
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
  @Audited('StaffDismissed')
  @DisclosesList('staff')
  @Describe({
    operationId: 'dismissStaff',
    tag: 'Staff',
    summary: 'Dismisses a member of staff',
    description:
      'Their keys, those they drew for programs, their sessions and signed tokens open nothing within five seconds; what they did stays under their id. Repeating it changes nothing. The last who is `admin` is dismissed with `force=true` and a key of the installation only.',
    refuses: ['unprocessable'],
  })
  @Answers(DismissedStaff, {
    description: 'The member of staff as they are now, and the keys that ended.',
  })
  dismiss(
    @Caller() caller: CallerIdentity,
    @Param('staffId', { schema: StaffId }) staffId: string,
    @QueryString({ schema: StaffChangeQuery }) { force }: StaffChangeQuery,
  ): Promise<DismissedStaff> {
    return this.commands.execute(new DismissStaff(caller, { staffId, force: force === 'true' }));
  }
}
