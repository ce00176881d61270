import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LoginLink, LoginLinkRequest } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  DisclosesNothing,
  EventStore,
  Idempotent,
  ProblemError,
  RequireScope,
  StaffRegister,
} from '@tact/platform';
import { LoginLinks } from '../login/login-links.ts';

export class MakeLoginLink extends Command<LoginLink> {
  constructor(
    readonly caller: CallerIdentity,
    readonly staffId: string,
  ) {
    super();
  }
}

@CommandHandler(MakeLoginLink)
export class MakeLoginLinkHandler implements ICommandHandler<MakeLoginLink> {
  constructor(
    private readonly staff: StaffRegister,
    private readonly links: LoginLinks,
    private readonly store: EventStore,
  ) {}

  execute({ caller, staffId }: MakeLoginLink): Promise<LoginLink> {
    const { tenantId } = caller;
    return this.store.transaction(async (tx) => {
      const person = await this.staff.find(tx, { tenantId, staffId });
      if (person === undefined) throw new ProblemError('not-found');
      if (person.dismissedAt !== null) {
        throw new ProblemError('unprocessable', { detail: 'They were dismissed.' });
      }
      return this.links.make(tx, caller, person);
    });
  }
}

@Controller('v1/login-links')
export class MakeLoginLinkController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @RequireScope('staff:write')
  @Idempotent({ secretFields: ['code', 'url'] })
  @Audited('LoginLinkMade')
  @DisclosesNothing('The act beside it names whom the link is for.')
  @Describe({
    operationId: 'makeLoginLink',
    tag: 'Staff',
    summary: 'Makes a link with which a member of staff signs in once',
    description:
      'For fifteen minutes. Whoever reads the code can sign in by it: a member of staff is shown their own alone, and another’s goes to them by mail, whichever key asks; an operator is shown all. Where people sign in at a provider of identities, it is the way in when that is broken, and an alert says that it was made.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(LoginLink, { description: 'The link, with its code.' })
  make(
    @Caller() caller: CallerIdentity,
    @Body({ schema: LoginLinkRequest }) { staffId }: LoginLinkRequest,
  ): Promise<LoginLink> {
    return this.commands.execute(new MakeLoginLink(caller, staffId));
  }
}
