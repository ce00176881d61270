import { Injectable } from '@nestjs/common';
import type { PageLanguage } from '@tact/contracts';
import { Clock, Database } from '@tact/platform';
import { Asking } from './asking.ts';
import { type Confirmation, Confirmations, FOLLOWED_MS } from './confirmations.ts';

type Asked = {
  readonly asked: Omit<Confirmation, 'confirmedAt' | 'consentId' | 'expiresAt'>;
  readonly email: string;
  readonly language: PageLanguage;
  readonly withdrawn: string;
};

/** Leaves a confirmation and its mail in one transaction, unless the person was asked a short time ago. */
@Injectable()
export class LeaveConfirmations {
  constructor(
    private readonly database: Database,
    private readonly confirmations: Confirmations,
    private readonly asking: Asking,
    private readonly clock: Clock,
  ) {}

  assertOpen(): void {
    this.asking.assertOpen();
  }

  run({
    asked: given,
    ...mail
  }: Asked): Promise<{ readonly expiresAt: Date } | { readonly nextAllowedAt: Date }> {
    const expiresAt = new Date(this.clock.now().getTime() + FOLLOWED_MS);
    const asked = { ...given, expiresAt };
    return this.database.transaction(async (tx) => {
      const nextAllowedAt = await this.confirmations.nextAllowedAt(tx, asked);
      if (nextAllowedAt !== undefined) return { nextAllowedAt };
      await this.confirmations.keep(tx, asked);
      await this.asking.ask(tx, { asked, ...mail });
      return { expiresAt };
    });
  }
}
