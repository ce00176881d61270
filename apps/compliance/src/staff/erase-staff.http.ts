import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EraseStaffRequest, includesScope, type Scope, StaffId, StaffView } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  DisclosesList,
  ProblemError,
  Proposals,
  RequireOneScope,
  StaffRegister,
} from '@tact/platform';
import { isOperator } from '../login/scopes-held.ts';
import { StaffErasure } from './staff-erasure.ts';
import { viewOf } from './staff.ts';

/** Takes name and address of whoever was dismissed away, for good. */
export class EraseStaff extends Command<StaffView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly staffId: string,
    readonly proposedBy: string | undefined,
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
    private readonly erasure: StaffErasure,
    private readonly proposals: Proposals,
    private readonly register: StaffRegister,
  ) {}

  async execute({ caller, staffId, proposedBy }: EraseStaff): Promise<StaffView> {
    const { tenantId } = caller;
    assertMayErase(caller);
    const before = await this.erasure.ofDismissed({ tenantId, staffId });
    // Repeated, it proposes nothing: whoever is erased is so for good.
    const licence =
      before.erasedAt === null
        ? await this.proposals.licence(caller, {
            kind: 'staff-erasure',
            about: staffId,
            content: { staffId },
            proposedBy,
          })
        : undefined;
    const erased = await this.erasure.erase(before, {
      by: caller.actorId,
      spend: async (tx) => {
        await this.proposals.spend(tx, licence);
        await this.proposals.register.forgetTextsOf(tx, { tenantId, staffId });
      },
    });
    return viewOf(erased, { register: this.register, caller });
  }
}

@Controller('v1/staff')
export class EraseStaffController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':staffId/erasure')
  @HttpCode(200)
  @RequireOneScope('data-requests:write', 'operator')
  @Audited('StaffErased', 'ActionProposed')
  @DisclosesList('staff')
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
    @Body({ schema: EraseStaffRequest }) { proposedBy }: EraseStaffRequest,
  ): Promise<StaffView> {
    return this.commands.execute(new EraseStaff(caller, staffId, proposedBy));
  }
}
