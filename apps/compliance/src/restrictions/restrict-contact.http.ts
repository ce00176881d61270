import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ContactId,
  ContactRestriction,
  LiftRestrictionRequest,
  RestrictContactRequest,
} from '@tact/contracts';
import {
  Answers,
  Audited,
  Clock,
  Describe,
  EventStore,
  Idempotent,
  ProblemError,
  refuseFuture,
  RequireScope,
  Tenant,
  Vault,
} from '@tact/platform';
import { Restrictions } from './restrictions.ts';

type Named = { readonly tenantId: string; readonly contactId: string };

/** What is known of a contact is kept, and not used any more. */
export class RestrictContact extends Command<ContactRestriction> {
  constructor(
    readonly contact: Named,
    readonly request: RestrictContactRequest,
  ) {
    super();
  }
}

/** The person was told, and what is known may be used again. */
export class LiftRestriction extends Command<ContactRestriction> {
  constructor(
    readonly contact: Named,
    readonly request: LiftRestrictionRequest,
  ) {
    super();
  }
}

const assertKnown = async (vault: Vault, { tenantId, contactId }: Named): Promise<void> => {
  if (!(await vault.knows(tenantId, contactId))) throw new ProblemError('not-found');
};

@CommandHandler(RestrictContact)
export class RestrictContactHandler implements ICommandHandler<RestrictContact> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly restrictions: Restrictions,
  ) {}

  async execute({ contact, request }: RestrictContact): Promise<ContactRestriction> {
    await assertKnown(this.vault, contact);
    const said = { justification: request.reason };
    const position = await this.store.transaction((tx) =>
      this.restrictions.restrict(tx, contact, said),
    );
    return { contactId: contact.contactId, isRestricted: true, position: position ?? 0 };
  }
}

@CommandHandler(LiftRestriction)
export class LiftRestrictionHandler implements ICommandHandler<LiftRestriction> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly restrictions: Restrictions,
    private readonly clock: Clock,
  ) {}

  async execute({ contact, request }: LiftRestriction): Promise<ContactRestriction> {
    const { reason: justification, noticedAt } = request;
    // A notice that is announced is none.
    refuseFuture(this.clock.now(), [{ at: noticedAt, pointer: '/noticedAt' }]);
    await assertKnown(this.vault, contact);
    const position = await this.store.transaction((tx) =>
      this.restrictions.lift(tx, contact, { justification, noticedAt }),
    );
    if (position === undefined) {
      throw new ProblemError('not-now', { detail: 'No restriction of this contact stands.' });
    }
    return { contactId: contact.contactId, isRestricted: false, position };
  }
}

@Controller('v1/contacts')
export class RestrictContactController {
  constructor(private readonly commands: CommandBus) {}

  @Post(':contactId/restrictions')
  @HttpCode(200)
  @RequireScope('data-requests:decide')
  @Idempotent()
  @Audited('ContactRestricted')
  @Describe({
    operationId: 'restrictContact',
    tag: 'Data requests',
    summary: 'Restricts the use of what is known of a contact',
    description:
      'It is kept, and decisions and likelihoods of the contact answer 423 within seconds (GDPR Art. 18).',
    refuses: ['not-found'],
  })
  @Answers(ContactRestriction, { description: 'The restriction as it stands.' })
  restrict(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @Body({ schema: RestrictContactRequest }) request: RestrictContactRequest,
  ): Promise<ContactRestriction> {
    return this.commands.execute(new RestrictContact({ tenantId, contactId }, request));
  }

  @Post(':contactId/restrictions/lifts')
  @HttpCode(200)
  @RequireScope('data-requests:decide')
  @Idempotent()
  @Audited('RestrictionLifted')
  @Describe({
    operationId: 'liftRestriction',
    tag: 'Data requests',
    summary: 'Lifts the restriction of a contact',
    description:
      'The person is told before it is lifted (GDPR Art. 18(3)): `noticedAt` says when that was.',
    refuses: ['not-found', 'not-now'],
  })
  @Answers(ContactRestriction, { description: 'The restriction as it stands.' })
  lift(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @Body({ schema: LiftRestrictionRequest }) request: LiftRestrictionRequest,
  ): Promise<ContactRestriction> {
    return this.commands.execute(new LiftRestriction({ tenantId, contactId }, request));
  }
}
