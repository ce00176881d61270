import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import {
  Clock,
  type ConsumedEvent,
  type Consumer,
  eraseFenced,
  type Queryable,
} from '@tact/platform';
import { contactLinkStore } from '../../wishes/stores.ts';
import { identityConflictStore } from '../stores.ts';

const reading = { SubjectFenced: true } as const satisfies Reading<'privacy-fence.v1'>;
const types = typesRead(reading);
type Type = (typeof types)[number];

/** Erases conflicts and links: of whoever is fenced no row waits to be tried again. */
@Injectable()
export class ForgetConflictsConsumer implements Consumer<Type> {
  readonly group = 'ingestion.identity-conflicts';
  readonly topics = ['privacy-fence.v1'] as const;
  readonly types = types;

  constructor(private readonly clock: Clock) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const at = this.clock.now();
    const fenced = events.map(({ tenantid: tenantId, data: { contactId } }) => ({
      tenantId,
      contactId,
      at,
    }));
    await eraseFenced(tx, [identityConflictStore, contactLinkStore], fenced);
  }
}
