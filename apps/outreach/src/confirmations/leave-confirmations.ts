import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { Database } from '@tact/platform';
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
    private readonly database: Database,
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
    return this.database.transaction(async (tx) => {
      const nextAllowedAt = await this.confirmations.nextAllowedAt(tx, asked);
      if (nextAllowedAt !== undefined) return { nextAllowedAt };
      await this.counted.count(tx, asked, mail.email);
      await this.confirmations.keep(tx, asked);
      await this.asking.ask(tx, { asked, ...mail });
      return { expiresAt };
    });
  }
}
