import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { EventStore, type StreamAppend } from '@tact/platform';
import { Asking } from './asking.ts';
import { type Confirmation, Confirmations } from './confirmations.ts';
import { CountedAsks } from './counted-asks.ts';

type Asked = {
  readonly asked: Omit<Confirmation, 'confirmedAt' | 'consentId' | 'expiresAt' | 'address'>;
  readonly email: string;
  readonly language: PageLanguage;
};

/** Leaves a confirmation and its mail in one transaction, unless the person was asked a short time ago. */
@Injectable()
export class LeaveConfirmations {
  constructor(
    private readonly store: EventStore,
    private readonly confirmations: Confirmations,
    private readonly asking: Asking,
    private readonly counted: CountedAsks,
  ) {}

  assertOpen(): void {
    this.asking.assertOpen();
  }

  run({
    asked: given,
    ...mail
  }: Asked): Promise<{ readonly expiresAt: Date } | { readonly nextAllowedAt: Date }> {
    const expiresAt = this.confirmations.followedUntil();
    const address = this.counted.addressOf(given.tenantId, mail.email);
    const asked = { ...given, expiresAt, address };
    return this.store.transaction(async (tx) => {
      const nextAllowedAt = await this.confirmations.nextAllowedAt(tx, asked);
      if (nextAllowedAt !== undefined) return { nextAllowedAt };
      await this.counted.count(tx, asked, mail.email);
      await this.confirmations.keep(tx, asked);
      await this.store.appendIn(tx, [askedEvent(asked)]);
      await this.asking.ask(tx, { asked, ...mail });
      return { expiresAt };
    });
  }
}

/** To write to a person is an act of whoever asks for it. */
const askedEvent = ({
  tenantId,
  confirmationId,
  contactId,
  purpose,
  channel,
}: Asked['asked']): StreamAppend => ({
  stream: `confirmation-${confirmationId}`,
  expected: 'any',
  events: [{ type: 'ConfirmationAsked', data: { confirmationId, contactId, purpose, channel } }],
  context: { tenantId, subject: contactId },
});
