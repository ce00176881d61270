import { randomBytes } from 'node:crypto';
import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AddStaffRequest, formatId, isWeightyRole, StaffView } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  canonicalEmail,
  currentContext,
  Describe,
  DisclosesNothing,
  EventStore,
  Idempotent,
  InvalidIdentity,
  ProblemError,
  RequireScope,
  StaffRegister,
} from '@tact/platform';
import { LoginLinks } from '../login/login-links.ts';
import { auditOf, refuseRolesBeyond, viewOf } from './staff.ts';
import { WeightyRoles } from './weighty-roles.ts';

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const readEmail = (email: string): string => {
  try {
    return canonicalEmail(email);
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    throw new ProblemError('validation-failed', {
      errors: [{ pointer: '/email', message: 'Give one address of a mailbox.' }],
      cause: error,
    });
  }
};

export class AddStaff extends Command<StaffView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly request: AddStaffRequest,
  ) {
    super();
  }
}

@CommandHandler(AddStaff)
export class AddStaffHandler implements ICommandHandler<AddStaff> {
  constructor(
    private readonly register: StaffRegister,
    private readonly store: EventStore,
    private readonly links: LoginLinks,
    private readonly weighty: WeightyRoles,
  ) {}

  async execute({ caller, request }: AddStaff): Promise<StaffView> {
    const { tenantId, actorId: by } = caller;
    const { name, roles, language, isDemo = false } = request;
    const email = readEmail(request.email);
    refuseRolesBeyond(caller, roles);
    if (isDemo) this.links.assertMayInvent(caller);
    const { commandId } = currentContext() ?? {};
    // Of the command's bits, so that a repeated call with its idempotency key finds whom it added.
    const staffId = formatId(
      'staff',
      commandId === undefined ? randomBytes(16) : bytesOf(commandId),
    );
    const record = await this.store.transaction(async (tx) => {
      await this.register.lock(tx, tenantId);
      const waits = !isDemo && (await this.weighty.waits(tx, caller, { held: [], roles }));
      const held = waits ? roles.filter((role) => !isWeightyRole[role]) : roles;
      const person = { staffId, tenantId, roles: held, language };
      const added = await this.register.add(tx, { ...person, name, email, isDemo });
      if (added === undefined) return this.register.find(tx, { tenantId, staffId });
      const at = added.createdAt.toISOString();
      const audit = auditOf('StaffAdded', { ...person, fullName: name, email, by, at });
      await this.store.appendIn(tx, [audit]);
      if (!isDemo) await this.links.invite(tx, by, added);
      return waits ? this.weighty.propose(tx, caller, { person: added, roles }) : added;
    });
    if (record === undefined) {
      throw new ProblemError('already-there', {
        detail: 'A member of staff has this address already.',
      });
    }
    return viewOf(record, { register: this.register, caller });
  }
}

@Controller('v1/staff')
export class AddStaffController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @RequireScope('staff:write')
  @Idempotent()
  @Audited('StaffAdded', 'StaffRolesProposed')
  @DisclosesNothing('It answers what the caller has just said.')
  @Describe({
    operationId: 'addStaff',
    tag: 'Staff',
    summary: 'Adds a member of staff',
    description:
      'Their roles say what their keys and their sessions open; `admin` sees no person. An address is one person’s. Where mails leave, they are invited by one. Of two people or more, `compliance` and `admin` wait for another one who agrees.',
    refuses: ['already-there', 'unprocessable'],
  })
  @Answers(StaffView, { description: 'The member of staff.' })
  add(
    @Caller() caller: CallerIdentity,
    @Body({ schema: AddStaffRequest }) request: AddStaffRequest,
  ): Promise<StaffView> {
    return this.commands.execute(new AddStaff(caller, request));
  }
}
