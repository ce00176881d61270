import { Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SignedToken } from '@tact/contracts';
import {
  Answers,
  Database,
  Describe,
  DisclosesNothing,
  OfSession,
  PersonTokens,
  SessionToken,
  Unaudited,
} from '@tact/platform';
import { SessionPeople } from './current-session.ts';

export class SignToken extends Command<SignedToken> {
  constructor(readonly sessionToken: string | undefined) {
    super();
  }
}

@CommandHandler(SignToken)
export class SignTokenHandler implements ICommandHandler<SignToken> {
  constructor(
    private readonly people: SessionPeople,
    private readonly tokens: PersonTokens,
    private readonly database: Database,
  ) {}

  async execute({ sessionToken }: SignToken): Promise<SignedToken> {
    const { session, staff } = await this.people.current(this.database, sessionToken);
    await this.people.sessions.noteUse(this.database.queryable, session);
    const { staffId, tenantId, sessionId } = session;
    const person = { staffId, tenantId, sessionId, roles: staff.roles };
    const { token, scopes, expiresAt } = await this.tokens.sign(person);
    return { token, staffId, scopes: [...scopes], expiresAt: expiresAt.toISOString() };
  }
}

@Controller('v1/sessions/current/tokens')
export class SignTokenController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @OfSession()
  @Unaudited('A token of minutes for a session that is open: that it was opened is the act.')
  @DisclosesNothing('Whoever is signed in is told who they are.')
  @Describe({
    operationId: 'signToken',
    tag: 'Staff',
    summary: 'Gives a session a signed token for the API',
    description:
      'It is used like an API key, at every service, for five minutes, and opens what the roles of the person open now. Dismissed or signed out, it opens nothing within five seconds.',
  })
  @Answers(SignedToken, { description: 'The token.' })
  sign(@SessionToken() sessionToken: string | undefined): Promise<SignedToken> {
    return this.commands.execute(new SignToken(sessionToken));
  }
}
