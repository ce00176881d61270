import { Injectable } from '@nestjs/common';
import { ConsentGate } from '../../consent-gate/consent-gate.ts';
import { KnownContacts } from '../../wishes/known-contacts.ts';

/** Whom messages may be counted for: whoever is known, unless nothing at all may be stored of the person any more. */
@Injectable()
export class CountableContacts {
  constructor(
    private readonly gate: ConsentGate,
    private readonly contacts: KnownContacts,
  ) {}

  /** Contact ids in the order asked, undefined of all others. */
  async of(...asked: Parameters<KnownContacts['of']>): Promise<(string | undefined)[]> {
    const [tenantId] = asked;
    const found = await this.contacts.of(...asked);
    const known = found.filter((one) => one !== undefined);
    const fenced = await this.gate.fencedAmong(tenantId, known);
    return found.map((one) => (one === undefined || fenced.has(one) ? undefined : one));
  }
}
