import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { LinkedContacts } from '../../wishes/linked-contacts.ts';
import { IdentityConflicts } from './identity-conflicts.ts';

const reading = { SubjectFenced: true } as const satisfies Reading<'privacy-fence.v1'>;
const types = typesRead(reading);
type Type = (typeof types)[number];

/** The eraser of conflicts and links: of whoever is fenced no row waits to be tried again. */
@Injectable()
export class ForgetConflictsConsumer implements Consumer<Type> {
  readonly group = 'ingestion.identity-conflicts';
  readonly topics = ['privacy-fence.v1'] as const;
  readonly types = types;

  constructor(
    private readonly conflicts: IdentityConflicts,
    private readonly links: LinkedContacts,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const contactIds = events.map(({ data }) => data.contactId);
    await this.conflicts.forget(tx, contactIds);
    await this.links.forget(tx, contactIds);
  }
}
