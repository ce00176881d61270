import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { IdentityConflicts } from './identity-conflicts.ts';

const reading = { SubjectFenced: true } as const satisfies Reading<'privacy-fence.v1'>;
const types = typesRead(reading);
type Type = (typeof types)[number];

/** The eraser of conflicts: of whoever is fenced no row waits to be tried again. */
@Injectable()
export class ForgetConflictsConsumer implements Consumer<Type> {
  readonly group = 'ingestion.identity-conflicts';
  readonly topics = ['privacy-fence.v1'] as const;
  readonly types = types;

  constructor(private readonly conflicts: IdentityConflicts) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    await this.conflicts.forget(
      tx,
      events.map(({ data }) => data.contactId),
    );
  }
}
