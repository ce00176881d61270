import { randomBytes } from 'node:crypto';
import { Body, Controller, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { formatId, OpenedSession, OpenSessionRequest } from '@tact/contracts';
import {
  Answers,
  Audited,
  Clock,
  Describe,
  DisclosesNothing,
  EventStore,
  Public,
  RequestsPerMinute,
  Tokens,
} from '@tact/platform';
import { viewOf as viewOfStaff } from '../staff/staff.ts';
import { SessionPeople } from './current-session.ts';
import { auditOf, loginPurpose, sessionPurpose } from '../login/login-audit.ts';
import { codeRefused, viewOf } from './sessions.ts';

/** Of one address. A code has 256 random bits, so this is not what keeps it from being guessed. */
const ATTEMPTS_PER_MINUTE = 60;

export class OpenSession extends Command<OpenedSession> {
  constructor(readonly code: string) {
    super();
  }
}

@CommandHandler(OpenSession)
export class OpenSessionHandler implements ICommandHandler<OpenSession> {
  constructor(
    private readonly tokens: Tokens,
    private readonly people: SessionPeople,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  execute({ code }: OpenSession): Promise<OpenedSession> {
    const { sessions, staff: register } = this.people;
    return this.store.transaction(async (tx) => {
      const used = await this.tokens.use(tx, loginPurpose, code);
      if (used.state !== 'valid') throw codeRefused();
      const { tenantId, subject: staffId, about } = used;
      const staff = await register.find(tx, { tenantId, staffId });
      if (staff === undefined || staff.dismissedAt !== null) throw codeRefused();
      const sessionId = formatId('session', randomBytes(16));
      const openedWith = about['with'] === 'oidc' ? 'oidc' : 'link';
      const session = await sessions.open(tx, { sessionId, tenantId, staffId, openedWith });
      const sessionToken = await this.tokens.mint(tx, {
        purpose: sessionPurpose,
        tenantId,
        subject: sessionId,
        expiresAt: sessions.endOfLife,
        isSingleUse: false,
        about: { staff: staffId },
      });
      const now = this.clock.now();
      const opened = { tenantId, staffId, by: staffId, sessionId, openedWith } as const;
      await this.store.appendIn(tx, [
        auditOf('SessionOpened', { ...opened, at: now.toISOString() }),
      ]);
      return {
        ...viewOf(session, { now, ownId: sessionId }),
        sessionToken,
        staff: await viewOfStaff(staff, { register, caller: { staffId } }),
      };
    });
  }
}

@Controller('v1/sessions')
export class OpenSessionController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Public()
  @RequestsPerMinute(ATTEMPTS_PER_MINUTE)
  @Audited('SessionOpened')
  @DisclosesNothing('Whoever signs in is told who they are.')
  @Describe({
    operationId: 'openSession',
    tag: 'Staff',
    summary: 'Signs in with the code of a link',
    description:
      'Once. The session ends after half an hour without use, and after half a day in any case. Its token opens nothing but signed tokens.',
    refuses: ['unauthenticated'],
  })
  @Answers(OpenedSession, { description: 'The session, with its token.' })
  open(@Body({ schema: OpenSessionRequest }) { code }: OpenSessionRequest): Promise<OpenedSession> {
    return this.commands.execute(new OpenSession(code));
  }
}
