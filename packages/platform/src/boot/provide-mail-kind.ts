import type { FactoryProvider, Type } from '@nestjs/common';
import { type MailKind, MailKinds } from '../mail-outbox/mail-kind.ts';

/** Offers an injectable kind of mails to the outbox; list the class itself among the providers too. */
export const provideMailKind = (kind: Type<MailKind>): FactoryProvider => ({
  provide: Symbol(`mails of ${kind.name}`),
  inject: [MailKinds, kind],
  useFactory: (kinds: MailKinds, instance: MailKind) => {
    kinds.add(instance);
    return instance;
  },
});
