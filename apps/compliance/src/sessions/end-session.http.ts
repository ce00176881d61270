import { Controller, Delete, Param } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { includesScope, SessionId, SessionView } from '@tact/contracts';
import {
  Answers,
  AnyCaller,
  Audited,
  Caller,
  type CallerIdentity,
  Database,
  Describe,
  DisclosesNothing,
  OfSession,
  ProblemError,
  SessionToken,
} from '@tact/platform';
import { SessionPeople } from './current-session.ts';
import { SessionEnding } from './session-ending.ts';

/** Signs out where one is signed in. */
export class EndCurrentSession extends Command<SessionView> {
  constructor(readonly sessionToken: string | undefined) {
    super();
  }
}

/** Signs out elsewhere: one's own, or anybody's of the tenant for who administers it. */
export class EndSession extends Command<SessionView> {
  constructor(
    readonly caller: CallerIdentity,
    readonly sessionId: string,
  ) {
    super();
  }
}

@CommandHandler(EndCurrentSession)
export class EndCurrentSessionHandler implements ICommandHandler<EndCurrentSession> {
  constructor(
    private readonly people: SessionPeople,
    private readonly ending: SessionEnding,
    private readonly database: Database,
  ) {}

  async execute({ sessionToken }: EndCurrentSession): Promise<SessionView> {
    const { session } = await this.people.current(this.database, sessionToken);
    return this.ending.end(session, { by: session.staffId, ownId: session.sessionId });
  }
}

@CommandHandler(EndSession)
export class EndSessionHandler implements ICommandHandler<EndSession> {
  constructor(
    private readonly people: SessionPeople,
    private readonly ending: SessionEnding,
    private readonly database: Database,
  ) {}

  async execute({ caller, sessionId }: EndSession): Promise<SessionView> {
    const { tenantId, actorId: by, sessionId: ownId } = caller;
    const { queryable } = this.database;
    const session = await this.people.sessions.find(queryable, { tenantId, sessionId });
    const isOwn = session !== undefined && session.staffId === caller.staffId;
    if (session === undefined || !(isOwn || includesScope(caller.scopes, 'staff:write'))) {
      throw new ProblemError('not-found');
    }
    return this.ending.end(session, { by, ownId });
  }
}

@Controller('v1/sessions')
export class EndSessionController {
  constructor(private readonly commands: CommandBus) {}

  @Delete('current')
  @OfSession()
  @Audited('SessionEnded')
  @DisclosesNothing('Whoever signs out is told that they did.')
  @Describe({
    operationId: 'endCurrentSession',
    tag: 'Staff',
    summary: 'Signs out',
    description: 'The signed tokens of the session open nothing within five seconds.',
  })
  @Answers(SessionView, { description: 'The session as it ended.' })
  endCurrent(@SessionToken() sessionToken: string | undefined): Promise<SessionView> {
    return this.commands.execute(new EndCurrentSession(sessionToken));
  }

  @Delete(':sessionId')
  @AnyCaller()
  @Audited('SessionEnded')
  @DisclosesNothing('The act beside it names whose session it was.')
  @Describe({
    operationId: 'endSession',
    tag: 'Staff',
    summary: 'Ends a session elsewhere',
    description:
      'One’s own; with the scope `staff:write` anybody’s of the tenant. Any other answers like a random one.',
  })
  @Answers(SessionView, { description: 'The session as it ended.' })
  end(
    @Caller() caller: CallerIdentity,
    @Param('sessionId', { schema: SessionId }) sessionId: string,
  ): Promise<SessionView> {
    return this.commands.execute(new EndSession(caller, sessionId));
  }
}
