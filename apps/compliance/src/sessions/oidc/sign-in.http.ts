import { Controller, Get, HttpCode, Query as QueryString, Req, Res } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SignInAnswer } from '@tact/contracts';
import { Audited, Describe, ProblemError, Public, Unaudited } from '@tact/platform';
import { SignInAttempts } from './attempts.ts';
import { HandOver } from './hand-over.ts';
import { ProvidedPeople } from './provided-people.ts';
import { IdentityProvider } from './provider.ts';

type Redirection = { readonly to: URL; readonly cookie: string };

type Reply = { header(name: string, value: string): unknown };

const redirect = (reply: Reply, { to, cookie }: Redirection): void => {
  reply.header('location', to.href);
  reply.header('set-cookie', cookie);
  reply.header('cache-control', 'no-store');
};

/** Sends a person to their provider of identities. */
export class BeginSignIn extends Command<Redirection> {}

@CommandHandler(BeginSignIn)
export class BeginSignInHandler implements ICommandHandler<BeginSignIn> {
  constructor(
    private readonly attempts: SignInAttempts,
    private readonly provider: IdentityProvider,
  ) {}

  async execute(): Promise<Redirection> {
    const { attempt, cookie } = await this.attempts.begin();
    return { to: await this.provider.addressOf(attempt), cookie };
  }
}

/** Takes up a person who comes back from their provider. */
export class EndSignIn extends Command<Redirection> {
  constructor(
    readonly path: string,
    readonly answer: SignInAnswer,
    readonly cookies: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(EndSignIn)
export class EndSignInHandler implements ICommandHandler<EndSignIn> {
  constructor(
    private readonly attempts: SignInAttempts,
    private readonly provider: IdentityProvider,
    private readonly people: ProvidedPeople,
    private readonly handing: HandOver,
  ) {}

  async execute({ path, answer, cookies }: EndSignIn): Promise<Redirection> {
    const { origin, tenantId } = this.provider;
    const attempt = await this.attempts.end(answer.state, cookies);
    const said = await this.provider.answerOf(path, attempt);
    const code = await this.handing.to((tx) => this.people.admit(tx, tenantId, said));
    if (code === undefined) {
      throw new ProblemError('sign-in-refused', { detail: 'None of your groups has a role here.' });
    }
    const to = new URL(`/console#login=${code}`, origin);
    return { to, cookie: this.attempts.forgotten };
  }
}

@Controller('v1/sessions/oidc')
export class SignInController {
  constructor(private readonly commands: CommandBus) {}

  @Get()
  @Public()
  @HttpCode(302)
  @Unaudited('Nobody is known yet: who comes back from the provider is.')
  @Describe({
    operationId: 'beginSignIn',
    tag: 'Staff',
    summary: 'Sends a person to the provider of identities',
    description: 'For a browser. Not found where people sign in by one-time links.',
    refuses: ['not-found'],
  })
  async begin(@Res({ passthrough: true }) reply: Reply): Promise<void> {
    redirect(reply, await this.commands.execute(new BeginSignIn()));
  }

  @Get('callback')
  @Public()
  @HttpCode(302)
  @Audited('StaffAdded', 'StaffLinked', 'StaffRolesChanged')
  @Describe({
    operationId: 'endSignIn',
    tag: 'Staff',
    summary: 'Takes up a person who comes back from the provider of identities',
    description:
      'In the browser that began it, once. They are known by the provider’s own id of theirs, the first time by an address that it has verified, and have the roles that their groups stand for.',
    refuses: ['not-found', 'sign-in-refused'],
  })
  async end(
    @Req() request: { readonly url: string; readonly headers: { readonly cookie?: string } },
    @QueryString({ schema: SignInAnswer }) answer: SignInAnswer,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<void> {
    const command = new EndSignIn(request.url, answer, request.headers.cookie);
    redirect(reply, await this.commands.execute(command));
  }
}
