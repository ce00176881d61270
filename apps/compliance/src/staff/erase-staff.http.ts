import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { includesScope, type Scope, StaffId, StaffView } from '@tact/contracts';
import {
  Answers,
  Caller,
  type CallerIdentity,
  Clock,
  Database,
  Describe,
  EventStore,
  Jobs,
  ProblemError,
  Proposals,
  type Queryable,
  RequireOneScope,
  type StaffRecord,
  StaffRegister,
  Vault,
} from '@tact/platform';
import { isOperator } from '../login/scopes-held.ts';
import { destroyStaffKey } from './destroy-staff-keys.ts';
import { auditOf, viewOf } from './staff.ts';

/** Takes name and address of whoever was dismissed away, for good. */
export class EraseStaff extends Command<StaffView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly staffId: string,
  ) {
    super();
  }
}

/** Rights of the person are compliance's: it sees staff and answers requests, which no other role may both. */
const needed: readonly Scope[] = ['data-requests:write', 'staff:read'];

const assertMayErase = (caller: CallerIdentity): void => {
  const lacking = needed.filter((scope) => !includesScope(caller.scopes, scope));
  if (lacking.length === 0 || isOperator(caller)) return;
  throw new ProblemError('scope-missing', {
    detail: `Former staff is erased with the scopes ${needed.join(' and ')}; ${lacking.join(', ')} is missing.`,
  });
};

@CommandHandler(EraseStaff)
export class EraseStaffHandler implements ICommandHandler<EraseStaff> {
  constructor(
    private readonly register: StaffRegister,
    private readonly proposals: Proposals,
    private readonly store: EventStore,
    private readonly jobs: Jobs,
    private readonly vault: Vault,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ caller, staffId }: EraseStaff): Promise<StaffView> {
    const { register } = this;
    const { tenantId, actorId: by } = caller;
    assertMayErase(caller);
    const before = await this.#dismissed(this.database.queryable, { tenantId, staffId });
    if (before.erasedAt !== null) return viewOf(before, { register, caller });
    const licence = await this.proposals.licence(caller, {
      kind: 'staff-erasure',
      about: staffId,
      content: { staffId },
    });
    const erased = await this.store.transaction(async (tx) => {
      await register.lock(tx, tenantId);
      const person = await this.#dismissed(tx, { tenantId, staffId });
      if (person.erasedAt !== null) return person;
      await this.proposals.spend(tx, licence);
      await register.erase(tx, person);
      const at = this.clock.now().toISOString();
      await this.store.appendIn(tx, [auditOf('StaffErased', { tenantId, staffId, by, at })]);
      // Whatever becomes of this process, the key goes: until then their events could be read.
      const whose = { tenantId, staffId };
      await this.jobs.schedule(tx, destroyStaffKey, { payload: whose, unique: staffId });
      return this.#dismissed(tx, whose);
    });
    await this.vault.destroySubject({ tenantId, subject: staffId });
    return viewOf(erased, { register, caller });
  }

  async #dismissed(
    queryable: Queryable,
    who: { readonly tenantId: string; readonly staffId: string },
  ): Promise<StaffRecord> {
    const person = await this.register.find(queryable, who);
    if (person === undefined) throw new ProblemError('not-found');
    if (person.dismissedAt !== null) return person;
    throw new ProblemError('unprocessable', {
      detail: 'They work here: dismiss them first, which ends what they act by.',
    });
  }
}

@Controller('v1/staff')
export class EraseStaffController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':staffId/erasure')
  @HttpCode(200)
  @RequireOneScope('data-requests:write', 'operator')
  @Describe({
    operationId: 'eraseStaff',
    tag: 'Staff',
    summary: 'Erases name and address of somebody who was dismissed',
    description:
      'For good: what they did stays under an id that is nobody’s, and their address may be a new person’s. It takes a second person where there are two (`/v1/proposals`), and the scopes `data-requests:write` and `staff:read`. Repeating it changes nothing.',
    refuses: ['approval-missing', 'unprocessable'],
  })
  @Answers(StaffView, { description: 'What is left of them.' })
  erase(
    @Caller() caller: CallerIdentity,
    @Param('staffId', { schema: StaffId }) staffId: string,
  ): Promise<StaffView> {
    return this.commands.execute(new EraseStaff(caller, staffId));
  }
}
